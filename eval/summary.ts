/** The figures of an evaluation. */

/** A question, the sections that would answer it (none: it is outside the knowledge), and what was asked before it. */
export interface Asked {
  readonly q: string;
  readonly want: readonly string[];
  readonly after?: readonly string[];
}

export interface Outcome {
  readonly inScope: boolean;
  /** The place of the first right section, from 1; 0 if it is not among those found. */
  readonly rank: number;
  readonly declined: boolean;
  readonly milliseconds: number;
  /** What went wrong, for reading. */
  readonly miss?: string;
}

/** One line: hits, mean reciprocal rank, declined questions, times. */
export function summarize(outcomes: readonly Outcome[]): string {
  const inside = outcomes.filter((outcome) => outcome.inScope);
  const outside = outcomes.filter((outcome) => !outcome.inScope);
  const share = (part: number, whole: number) => (whole === 0 ? '-' : (part / whole).toFixed(3));
  const within = (places: number) => inside.filter(({ rank }) => rank > 0 && rank <= places).length;
  const reciprocal = inside.reduce((sum, { rank }) => sum + (rank === 0 ? 0 : 1 / rank), 0);
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const time = (quantile: number) => (times[Math.floor((times.length - 1) * quantile)] ?? 0).toFixed(2);
  return [
    `${inside.length} in scope: hit@1 ${share(within(1), inside.length)}, hit@3 ${share(within(3), inside.length)}, MRR ${share(reciprocal, inside.length)}, falsely declined ${share(inside.filter(({ declined }) => declined).length, inside.length)}`,
    `${outside.length} outside: declined ${share(outside.filter(({ declined }) => declined).length, outside.length)}`,
    `p50 ${time(0.5)} ms, p95 ${time(0.95)} ms, max ${time(1)} ms`,
  ].join('; ');
}
