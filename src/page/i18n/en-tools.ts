/** English: what opens beside the message field, fetched when one of it is shown. */
export const enTools = {};
