/** What a conversation is called until its reader names it. Pure. */

const TITLE_CHARACTERS = 40;
/** Longer than any title: so much of a line is looked at. */
const MAX_LINE = 1000;

/** The first line of the first question that has words, without markup, cut between characters as the reader sees them. */
export function titleFrom(question: string): string {
  const lines = question.trim().split('\n', 20);
  const words = lines.map(withoutMarkup).find((line) => line !== '') ?? lines[0] ?? '';
  const characters = graphemes(words);
  return characters.length > TITLE_CHARACTERS
    ? `${characters.slice(0, TITLE_CHARACTERS).join('').trimEnd()}…`
    : words;
}

/** What is markup beyond doubt: a question is no Markdown, and `2*3*4` or `__init__` are no emphasis. */
function withoutMarkup(line: string): string {
  return line
    .slice(0, MAX_LINE)
    .replace(/^\s*(?:`{3,}|~{3,}|\$\$|---+$|===+$).*$/, '')
    .replace(/^\s*(?:>\s?|#{1,6}\s+|[-+*]\s+(?:\[[ xX]\]\s+)?)+/, '')
    .replace(/!?\[([^\][]+)\]\([^()\s]*\)/g, '$1')
    .replace(/(\*\*|~~)(?=\S)(.*?\S)\1/g, '$2')
    .replace(/(^|[^\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])/g, '$1$2')
    .replace(/`+([^`]+)`+/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

function graphemes(text: string): readonly string[] {
  // Older browsers have none: whole code points are the next best.
  if (!('Segmenter' in Intl)) return Array.from(text);
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
