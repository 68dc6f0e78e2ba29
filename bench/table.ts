/** The figures as a table for people. */
import { FLOORS, type Machine, type Result, verdictsOf } from './result.ts';
import { METRICS } from './words.ts';

/** Prints the machine that the figures are of. */
export function printMachine(machine: Machine): void {
  const facts = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  console.log(`\n${facts.join(' · ')}`);
}

/** Prints one line for every result. */
export function printTable(results: readonly Result[]): void {
  if (results.length === 0) return;
  console.log();
  const rows = [
    [
      'what',
      'contender',
      'median',
      'unit',
      'beside bare',
      '(range)',
      'beside least relay',
      '(range)',
      'goals',
    ],
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
  const { metric, contender, value, beside } = result;
  const { what, unit } = METRICS[metric.id].en;
  const show = (number: number) => comparedText(metric.comparison, number);
  const compared = FLOORS.flatMap((floor) => {
    const one = beside[floor];
    return one === undefined ? ['', ''] : [show(one.median), `${show(one.lowest)}-${show(one.highest)}`];
  });
  const verdicts = verdictsOf(result).map(
    ({ floor, goal, came }) => `${came <= goal ? 'within' : 'over'} ${show(goal)} beside ${floor}`,
  );
  return [what, contender, figure(value), unit, ...compared, verdicts.join(', ')];
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
