/** A bounded run of `npm run fuzz`. Its seed is fixed: what it asks changes with the code, never with the day. */
import { expect, test } from 'vitest';
import { fuzz } from '../../stress/fuzz/run.ts';

test.each([
  ['workerd', true],
  ['workerd', false],
  ['Miniflare', false],
] as const)('mutated requests are answered, and nothing leaks (%s, closed: %s)', async (runtime, closed) => {
  const { served, refused } = await fuzz({ runtime, closed, requests: 180, seed: 20_261_122 });
  expect(served).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
});
