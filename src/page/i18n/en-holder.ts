/** English: what the holder of an issued key is told on the chat page. */
export const enHolder = {
  keyLow: 'Your key has {left} left of {amount}.',
  keySpent: 'The budget of your key is used up.',
  keyRenews: 'It renews on {at}.',
  keyEnds: 'Your key expires on {at}.',
  keyTokens: '{n} tokens',
  keyUsage: 'Your usage',
};
