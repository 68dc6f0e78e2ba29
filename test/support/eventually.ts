/** Waiting for what a test expects. */
import { vi } from 'vitest';

/**
 * Asks again until nothing is thrown, and gives back what came then. A busy machine may be several times slower, and
 * must not decide a test: the time is that of `expect.poll`.
 */
export function eventually<T>(expected: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(expected, { timeout: 20_000 });
}
