/** What a measurement comes to. */

/** How a contender is compared with the base line: by quotient, or by difference. */
export type Comparison = 'ratio' | 'difference';

/** What a contender came to in one scenario. */
export interface Result {
  readonly scenario: string;
  readonly unit: string;
  readonly comparison: Comparison;
  readonly goal: number;
  readonly contender: string;
  /** Median over the rounds. */
  readonly value: number;
  /** Compared with the base line of the same round: median, least and most. Absent for the base line itself. */
  readonly compared?: { readonly median: number; readonly least: number; readonly most: number };
}

/** Compares a figure with the base line's of the same round. */
export function compare(how: Comparison, value = Number.NaN, base = Number.NaN): number {
  return how === 'ratio' ? value / base : value - base;
}
