/** What is printed, and where: colours and Markdown on a terminal alone, and no control codes of anybody else's. */
import { styleText } from 'node:util';
import stringWidth from 'string-width';

type Format = Parameters<typeof styleText>[0];

/** Puts a style on a text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** Whether a person sits before the command: what is typed comes from a terminal, and what is printed goes to one. */
export function isInteractive(stdout: NodeJS.WriteStream): boolean {
  return process.stdin.isTTY === true && stdout.isTTY === true;
}

/** Whether colours belong on a stream: https://no-color.org, and a terminal that knows them. */
export function hasColours(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '') return false;
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** The style for a stream. */
export function styleFor(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Style {
  return hasColours(stream, environment)
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
}

// Everything below the space but tab and line feed, DEL, and the C1 controls; bidirectional overrides reorder a line.
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A text of somebody else's without what a terminal would obey: a model's answer could move the cursor or set the title. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, (each) => (each === '\n' || each === '\t' ? each : ''));
}

/** A cell of a table: a number, or a text that is one, stands on the right. */
export type Cell = string | number | { readonly right: string };

/** Rows in columns, two spaces apart; wide characters count two. */
export function columns(rows: readonly (readonly Cell[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, stringWidth(cellText(cell)));
  const lines = rows.map((row) =>
    row
      .map((cell, index) => {
        const text = cellText(cell);
        const space = ' '.repeat((widths[index] ?? 0) - stringWidth(text));
        return isRight(cell) ? `${space}${text}` : `${text}${space}`;
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** What a cell says. */
function cellText(cell: Cell): string {
  return typeof cell === 'object' ? cell.right : String(cell);
}

/** Whether a cell stands on the right. */
export function isRight(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || typeof cell === 'object';
}
