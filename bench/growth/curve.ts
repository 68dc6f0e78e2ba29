/** A curve: what something costs at several sizes, and whether that grows faster than the work. Pure. */
import { median } from '../statistics.ts';
import type { Language } from '../words.ts';

type Words = Readonly<Record<Language, string>>;

/** One kind of cost of a curve. */
export interface Figure {
  readonly words: Words;
  /**
   * The power of the size with which the work grows: 1 where everything is read or sent once, 0 where one thing is
   * looked up among many.
   */
  readonly power: 0 | 1;
}

/** What was measured at one size: a number for each figure, and a count where the curve has one. */
export interface Point {
  readonly size: number;
  readonly costs: readonly number[];
  readonly count?: number;
}

/** Something that can be large. */
export interface Curve {
  readonly id: string;
  /** What is large. */
  readonly words: Words;
  readonly sizes: readonly number[];
  /** The largest that takes seconds alone. */
  readonly quickUpTo: number;
  readonly figures: readonly Figure[];
  /** What is counted beside, and how much it must come to at a size; undefined where it is not counted. A wrong count makes the run fail. */
  readonly counted?: { readonly words: Words; readonly expected: (size: number) => number | undefined };
  readonly measure: (sizes: readonly number[]) => Promise<Point[]>;
}

/** The sizes at which a curve is measured: all, or those that are quick. */
export function sizesOf({ sizes, quickUpTo }: Curve, isQuick: boolean): readonly number[] {
  return isQuick ? sizes.filter((size) => size <= quickUpTo) : sizes;
}

/** Measures one size after the other. */
export async function atEach(
  sizes: readonly number[],
  measure: (size: number) => Promise<Point>,
): Promise<Point[]> {
  const points: Point[] = [];
  for (const size of sizes) points.push(await measure(size));
  return points;
}

/** Timings differ: a slope within this of the work's is taken for the same, and so is what comes to little more in all. */
const TOLERANCE = 0.2;
const LITTLE_MORE = 1.5;

/** The upper half of the sizes, where what is the same at every size no longer hides what grows. */
function upperHalf<Any>(points: readonly Any[]): readonly Any[] {
  return points.slice(Math.floor((points.length - 1) / 2));
}

/**
 * The power of the size with which a cost grows: the median of the slopes between all pairs of points in log-log (Theil
 * and Sen), over the upper half of the sizes. NaN where there are fewer than two such points with a cost above 0.
 */
export function slope(points: readonly { readonly size: number; readonly cost: number }[]): number {
  const upper = upperHalf(points).filter(({ cost }) => cost > 0);
  const slopes = upper.flatMap((small, index) =>
    upper
      .slice(index + 1)
      .map((large) => Math.log(large.cost / small.cost) / Math.log(large.size / small.size)),
  );
  return slopes.length === 0 ? Number.NaN : median(slopes);
}

/** The slope of one figure of a curve. */
export function slopeOf(points: readonly Point[], figure: number): number {
  return slope(points.map(({ size, costs }) => ({ size, cost: costs[figure] ?? 0 })));
}

/**
 * Whether a figure grows faster than its work: by more than the tolerance, and so that over the upper half of the sizes
 * it comes to more than half as much again as the work alone would explain. Not where there is no slope.
 */
export function isFaster(points: readonly Point[], place: number, { power }: Figure): boolean {
  const more = slopeOf(points, place) - power;
  const sizes = upperHalf(points).map(({ size }) => size);
  const factor = (Math.max(...sizes) / Math.min(...sizes)) ** more;
  return more > TOLERANCE && factor > LITTLE_MORE;
}

/** The counts that are not what they must be, as sentences. */
export function wrongCounts({ id, counted }: Curve, points: readonly Point[]): string[] {
  if (counted === undefined) return [];
  return points.flatMap(({ size, count }) => {
    const expected = counted.expected(size);
    return count === expected
      ? []
      : [`${id}, ${size}: ${counted.words.en} ${count}, where ${expected} is right.`];
  });
}
