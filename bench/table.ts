/** The figures as a table for people. */
import type { Result } from './result.ts';

/** Prints the machine and one line for every result. */
export function printTable(machine: Readonly<Record<string, unknown>>, results: readonly Result[]): void {
  console.log(
    `\n${Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · ')}\n`,
  );
  const rows = [
    ['scenario', 'contender', 'median', 'unit', 'beside bare', 'least-most', 'goal', ''],
    ...results.map(row),
  ];
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  for (const cells of rows)
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function row({ scenario, contender, value, unit, comparison, compared, goal }: Result): string[] {
  const named = [scenario, contender, value.toFixed(comparison === 'ratio' ? 1 : 2), unit];
  if (compared === undefined) return [...named, '', '', '', ''];
  const show = (figure: number) =>
    comparison === 'ratio' ? `${figure.toFixed(2)}x` : `${figure.toFixed(2)} ms`;
  const verdict = compared.median <= goal ? 'within' : 'OVER';
  return [
    ...named,
    show(compared.median),
    `${show(compared.least)}-${show(compared.most)}`,
    show(goal),
    verdict,
  ];
}
