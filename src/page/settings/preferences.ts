/** Also read by `public/boot.js`, which sets the theme before the first paint. */
export const PREFERENCES_KEY = 'nexcode.preferences';
