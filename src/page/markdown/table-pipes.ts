/** The pipes of a table: which of them separate cells. */
import { mathsAt } from './maths-syntax.ts';

/**
 * The table with a backslash before each pipe that separates nothing: one inside code or maths, and one behind the last
 * cell that the heading row has a column for. marked takes the backslash away.
 * @param table the heading row, the row of dashes, and the rows, with `\n` line ends
 */
export function withPlainPipes(table: string): string {
  const lines = table.split('\n').map(withPlainInnerPipes);
  const dashes = lines[1] ?? '';
  const columns = dashes.split('|').filter((cell) => cell.trim() !== '').length;
  return lines.map((line, index) => (index > 1 ? withoutSurplus(line, columns) : line)).join('\n');
}

function withPlainInnerPipes(line: string): string {
  if (!/[`$\\]/.test(line)) return line;
  let result = '';
  for (let at = 0; at < line.length; ) {
    const end = at + innerLength(line, at);
    const piece = line.slice(at, end);
    result += end - at > 2 ? piece.replace(/(?<!\\)((?:\\\\)*)\|/g, '$1\\|') : piece;
    at = end;
  }
  return result;
}

/** How long the code span or formula is that starts here; 2 for an escape, 1 for anything else. */
function innerLength(line: string, at: number): number {
  if (line[at] === '`') {
    const run = /^`+/.exec(line.slice(at))?.[0] ?? '`';
    const close = new RegExp(`(?<!\`)${run}(?!\`)`).exec(line.slice(at + run.length));
    return close ? run.length + close.index + run.length : run.length > 2 ? 1 : run.length;
  }
  if (line[at] !== '$' && line[at] !== '\\') return 1;
  return mathsAt(line, at)?.raw.length ?? (line[at] === '\\' ? 2 : 1);
}

function withoutSurplus(line: string, columns: number): string {
  const trimmed = line.trimEnd();
  let cells = /^\s*\|/.test(trimmed) ? 0 : 1;
  return trimmed.replace(/(\\*)\|/g, (pipe, slashes: string, offset: number) => {
    if (slashes.length % 2 === 1 || offset + pipe.length === trimmed.length) return pipe;
    cells += 1;
    return cells > columns ? `${slashes}\\|` : pipe;
  });
}
