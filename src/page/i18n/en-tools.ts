/** English: what opens beside the message field, fetched when one of it is shown. */
export const enTools = {
  // Role and prompts
  thisConversation: 'This conversation',
  roleHelp:
    'Instructions for the model (the system prompt), sent with each message of this conversation. “/” inserts a prompt of yours.',
  defaultRoleHelp:
    'Instructions for the model (the system prompt) that new conversations begin with. “/” inserts a prompt of yours.',
  prompts: 'Prompts',
  promptsHelp:
    'Texts of your own that “/” inserts into the message field. They stay in this browser and are part of the export.',
  managePrompts: 'Manage prompts…',
  newPrompt: 'New prompt',
  promptName: 'Name',
  promptText: 'Text',
  promptVariablesHelp:
    '{{topic}} in the text is asked for when the prompt is inserted; {{language=English}} has a preset.',
  promptVariables: 'Asked for when it is inserted: {names}.',
  editPrompt: 'Edit “{name}”',
  deletePrompt: 'Delete “{name}”',
  promptDeleted: 'Deleted “{name}”',
  insert: 'Insert',
  save: 'Save',
  // Parameters
  parameters: 'Parameters',
  parametersHelp: 'For this conversation. Only what is set here or in the settings is sent.',
  parametersNotHere: 'The built-in assistant takes none. Choose a model to set them.',
  followSettings: 'Follow the settings again',
  moreParameters: 'More parameters',
  temperature: 'Temperature',
  temperatureHelp:
    'Lower is more focused, higher is more varied. Reasoning models accept only their own default.',
  topP: 'Top P',
  topPHelp:
    'Only the most likely words up to this share of probability. Change this or the temperature, not both.',
  maxTokens: 'Max tokens',
  maxTokensHelp: 'The longest answer, in tokens. Reasoning counts too.',
  reasoningEffort: 'Reasoning effort',
  reasoningEffortHelp: 'For reasoning models. Not every model knows every level.',
  seed: 'Seed',
  seedHelp: 'The same seed makes answers more alike, where the model supports it.',
  frequencyPenalty: 'Frequency penalty',
  frequencyPenaltyHelp: 'Above 0, words that came often come less often.',
  presencePenalty: 'Presence penalty',
  presencePenaltyHelp: 'Above 0, new topics become more likely.',
  stopTexts: 'Stop sequences',
  stopTextsHelp: 'The answer ends before any of these. One a line, four at most.',
  stopTextsWrong: 'Four lines at most.',
  extraJson: 'Extra JSON',
  extraJsonHelp: 'Members that a vendor adds, sent as they are typed, such as { "top_k": 20 }.',
  extraJsonWrong:
    'Not sent: this has to be a JSON object with at least one member, and without model, messages, stream and stream_options.',
  wholeWrong: 'Not sent: this has to be a whole number within the limits.',
  modelDefault: 'model default',
  useModelDefault: 'Use the model default',
};
