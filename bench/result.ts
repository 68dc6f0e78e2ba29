/** What a measurement comes to. */

/** How a contender is compared with a floor: by quotient, by difference, or not at all. */
export type Comparison = 'ratio' | 'difference' | 'none';

/** What everything is compared with: the least that any Worker can do, and the least that a gateway can. */
export type Floor = 'bare' | 'least';

export const FLOORS: readonly Floor[] = ['bare', 'least'];

/** The most that a contender may come to beside a floor. */
export type Goal = Readonly<Partial<Record<Floor, number>>>;

/** One figure of a scenario. */
export interface Metric {
  /** Names it for good: the words for it differ by language. */
  readonly id: MetricId;
  readonly comparison: Comparison;
  /** What is aimed at, by the contender's name. */
  readonly goals?: Readonly<Record<string, Goal>>;
}

export type MetricId =
  | 'plain'
  | 'plain_p50'
  | 'plain_p95'
  | 'event'
  | 'event_in_step'
  | 'event_of_four'
  | 'event_300'
  | 'event_1000'
  | 'memory_rest'
  | 'memory_300'
  | 'memory_1000'
  | 'first_byte_p50'
  | 'first_byte_p95'
  | 'first_byte_p99'
  | 'body_1k'
  | 'body_100k'
  | 'body_1m'
  | 'body_20m'
  | 'start_up'
  | 'bundle';

/** A figure beside a floor's of the same round, over all rounds. */
export interface Compared {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** What a contender came to. */
export interface Result {
  readonly metric: Metric;
  readonly contender: string;
  /** Median over the rounds. */
  readonly value: number;
  /** Beside each floor that took part; a floor is not compared with itself. */
  readonly beside: Readonly<Partial<Record<Floor, Compared>>>;
}

/** The machine and the versions behind the figures. */
export type Machine = Readonly<Record<string, string | number | boolean>>;

/** Compares a figure with a floor's of the same round. */
export function compare(how: Comparison, value = Number.NaN, base = Number.NaN): number {
  return how === 'ratio' ? value / base : value - base;
}

/** A goal, and what the contender came to beside that floor. */
export interface Verdict {
  readonly floor: Floor;
  readonly goal: number;
  readonly came: number;
}

/** What was aimed at for this figure and what came of it; none where nothing was. */
export function verdictsOf({ metric, contender, beside }: Result): Verdict[] {
  return FLOORS.flatMap((floor) => {
    const goal = metric.goals?.[contender]?.[floor];
    const came = beside[floor]?.median;
    return goal === undefined || came === undefined ? [] : [{ floor, goal, came }];
  });
}
