/** A conversation's name until its reader gives it one. */
const TITLE_CHARACTERS = 40;

/** The first line of the first question, cut between characters as the reader sees them. */
export function titleFrom(question: string): string {
  const line = question.trim().split('\n', 1)[0] ?? '';
  const characters = Array.from(line);
  return characters.length > TITLE_CHARACTERS ? `${characters.slice(0, TITLE_CHARACTERS).join('')}…` : line;
}
