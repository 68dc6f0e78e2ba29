/** How a start that cannot go on tells the operator. */

/** Prints the problems, one sentence a line, and returns the exit code. */
export function fail(problems: readonly string[]): number {
  console.error(
    ['NexCode cannot start.', ...problems.map((problem) => `  ${problem.replace(/\.$/, '')}.`)].join('\n'),
  );
  return 1;
}
