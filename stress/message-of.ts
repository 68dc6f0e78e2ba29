/** What an error says, for people. */

/** The message. Where closing down failed because of an error, that error's own comes first: it is the reason. */
export function messageOf(error: unknown): string {
  if (error instanceof SuppressedError) return `${messageOf(error.suppressed)}\n(${messageOf(error.error)})`;
  return error instanceof Error ? error.message : String(error);
}
