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
  /** How many sections, the best first, a declining answer shows. */
  readonly shown: number;
  readonly milliseconds: number;
  /** What went wrong, for reading. */
  readonly miss?: string;
}

/** Shares of the questions of a set, 0 to 1; undefined where the set has none of the kind. */
export interface Figures {
  /** In scope and answered out of the right section. */
  readonly rightFirst: number | undefined;
  /** The right section is quoted, or among those that a declining answer shows. */
  readonly inView: number | undefined;
  /** In scope and declined. */
  readonly declined: number | undefined;
  /** In scope and answered out of another section. */
  readonly wrong: number | undefined;
  /** Out of scope and declined. */
  readonly offTopicDeclined: number | undefined;
}

/** Counts what became of the questions of a set. */
export function figures(outcomes: readonly Outcome[]): Figures {
  const inside = outcomes.filter(({ inScope }) => inScope);
  const outside = outcomes.filter(({ inScope }) => !inScope);
  const share = (of: readonly Outcome[], holds: (outcome: Outcome) => boolean) =>
    of.length === 0 ? undefined : of.filter(holds).length / of.length;
  const isRight = ({ declined, rank }: Outcome) => !declined && rank === 1;
  const isShown = ({ declined, rank, shown }: Outcome) => declined && rank > 0 && rank <= shown;
  return {
    rightFirst: share(inside, isRight),
    inView: share(inside, (outcome) => isRight(outcome) || isShown(outcome)),
    declined: share(inside, ({ declined }) => declined),
    wrong: share(inside, ({ declined, rank }) => !declined && rank !== 1),
    offTopicDeclined: share(outside, ({ declined }) => declined),
  };
}

/** One line: what became of the questions, and how long they took. */
export function summarize(outcomes: readonly Outcome[]): string {
  const { rightFirst, inView, declined, wrong, offTopicDeclined } = figures(outcomes);
  const inside = outcomes.filter(({ inScope }) => inScope).length;
  const shown = (share: number | undefined) => share?.toFixed(3) ?? '-';
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const time = (quantile: number) => (times[Math.floor((times.length - 1) * quantile)] ?? 0).toFixed(2);
  return [
    `${inside} in scope: right first ${shown(rightFirst)}, in view ${shown(inView)}, declined ${shown(declined)}, wrong as right ${shown(wrong)}`,
    `${outcomes.length - inside} off topic: declined ${shown(offTopicDeclined)}`,
    `p50 ${time(0.5)} ms, p95 ${time(0.95)} ms, max ${time(1)} ms`,
  ].join('; ');
}
