/** The figures as a table for people. */
import { goalOf, type Machine, type Result } from './result.ts';
import { METRICS } from './words.ts';

/** Prints the machine and one line for every result. */
export function printTable(machine: Machine, results: readonly Result[]): void {
  console.log(
    `\n${Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · ')}\n`,
  );
  const rows = [
    ['what', 'contender', 'median', 'unit', 'beside bare', 'least-most', 'goal', ''],
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

function row(result: Result): string[] {
  const { metric, contender, value, compared } = result;
  const goal = goalOf(result);
  const { what, unit } = METRICS[metric.id].en;
  const named = [what, contender, figure(value), unit];
  if (compared === undefined) return [...named, '', '', '', ''];
  const show = (number: number) => comparedText(metric.comparison, number);
  const range = `${show(compared.least)}-${show(compared.most)}`;
  if (goal === undefined) return [...named, show(compared.median), range, '', ''];
  const verdict = compared.median <= goal ? 'within' : 'over';
  return [...named, show(compared.median), range, show(goal), verdict];
}

/** A figure with as many digits as mean something. */
export function figure(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** A comparison as people write it. */
export function comparedText(how: Result['metric']['comparison'], value: number): string {
  if (how === 'ratio') return `${value.toFixed(2)}×`;
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
