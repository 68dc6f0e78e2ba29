/** How fast memory grows: whether what is left of it after each of many looks goes on rising. */
import { median } from '../bench/statistics.ts';

/** One look: how much there was after so many calls. */
export interface Sample {
  readonly calls: number;
  readonly bytes: number;
}

/**
 * The growth in bytes per call: the median of the slopes between all pairs of samples (Theil and Sen). Neither one
 * sample that stands out nor a single step of an allocator sets it, as either does a difference of two samples.
 * Throws on fewer than two samples.
 */
export function growthPerCall(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((early, index) =>
    samples
      .slice(index + 1)
      .filter((late) => late.calls !== early.calls)
      .map((late) => (late.bytes - early.bytes) / (late.calls - early.calls)),
  );
  return median(slopes);
}
