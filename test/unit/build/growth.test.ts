/** The growth of memory as the long runs judge it. */
import { expect, test } from 'vitest';
import { growthPerCall } from '../../../stress/growth.ts';

/** Samples a hundred calls apart. */
const samples = (bytes: readonly number[]) =>
  bytes.map((each, index) => ({ calls: index * 100, bytes: each }));

test('a line has the growth of its slope', () => {
  expect(growthPerCall(samples([0, 1000, 2000, 3000]))).toBe(10);
});

test('ups and downs around a level are no growth', () => {
  expect(growthPerCall(samples([500, 700, 400, 600, 500, 650, 450]))).toBeCloseTo(0, 0);
});

test('one sample that stands out at the end does not make a growth', () => {
  expect(growthPerCall(samples([500, 500, 500, 500, 500, 500, 9000]))).toBe(0);
});

test('a rise from sample to sample is a growth although each stands out more than it rises', () => {
  expect(growthPerCall(samples([100, 0, 300, 200, 500, 400, 700, 600]))).toBeGreaterThan(0.8);
});

test('one sample is too few', () => {
  expect(() => growthPerCall(samples([1]))).toThrow();
});
