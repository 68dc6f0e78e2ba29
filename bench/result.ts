/** What a measurement comes to. */

/** How a contender is compared with the base line: by quotient, by difference, or not at all. */
export type Comparison = 'ratio' | 'difference' | 'none';

/** One figure of a scenario. */
export interface Metric {
  /** Names it for good: the words for it differ by language. */
  readonly id: MetricId;
  readonly comparison: Comparison;
  /** The most that each of these contenders may come to beside the base line, by name. */
  readonly goals?: Readonly<Record<string, number>>;
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

/** What a contender came to. */
export interface Result {
  readonly metric: Metric;
  readonly contender: string;
  /** Median over the rounds. */
  readonly value: number;
  /** Compared with the base line of the same round: median, least and most. Absent for the base line itself. */
  readonly compared?: { readonly median: number; readonly least: number; readonly most: number };
}

/** The machine and the versions behind the figures. */
export type Machine = Readonly<Record<string, string | number | boolean>>;

/** Compares a figure with the base line's of the same round. */
export function compare(how: Comparison, value = Number.NaN, base = Number.NaN): number {
  return how === 'ratio' ? value / base : value - base;
}

/** The most that the result's contender may come to beside the base line; undefined where nothing is aimed at. */
export function goalOf({ metric, contender }: Result): number | undefined {
  return metric.goals?.[contender];
}
