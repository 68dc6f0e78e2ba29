/** Tables with a head, for a terminal or a pipe. */
import type { CommandContext } from './context.ts';
import { type Cell, columns, isRight, withoutControls } from './terminal.ts';

/** Prints a table with a bold head, which stands on the side of its column. Control codes of texts are left out. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { stdout, style }: CommandContext,
): void {
  const sided = head.map((name, column) =>
    rows.some((row) => isRight(row[column])) ? { right: name } : name,
  );
  const clean = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? oneLine(cell) : cell)));
  const [first = '', ...lines] = columns([sided, ...clean]).split('\n');
  stdout.write(`${[style('bold', first), ...lines].join('\n')}\n`);
}

function oneLine(text: string): string {
  return withoutControls(text).replaceAll(/\s+/g, ' ');
}
