/** Whether a cost grows faster than its work, as `npm run growth` judges it. */
import { describe, expect, test } from 'vitest';
import { type Curve, isFaster, slope, wrongCounts } from '../../../bench/growth/curve.ts';
import { growthPage, verdict } from '../../../bench/growth/pages.ts';

const SIZES = [10, 100, 1000, 10_000, 100_000];

const points = (cost: (size: number) => number) => SIZES.map((size) => ({ size, cost: cost(size) }));

describe('the power of a cost', () => {
  test.each([
    ['the same at every size', () => 7, 0],
    ['in line with the size', (size: number) => 3 * size, 1],
    ['with its square', (size: number) => size * size, 2],
  ])('that is %s', (_, cost, expected) => {
    expect(slope(points(cost))).toBeCloseTo(expected);
  });

  test('is not hidden by what a small size costs anyway', () => {
    expect(slope(points((size) => 1000 + size * size))).toBeGreaterThan(1.9);
  });

  test('is not made by one size that stands out', () => {
    expect(slope(points((size) => (size === 1000 ? 50 : 10)))).toBeLessThanOrEqual(0);
  });

  test('is unknown where nothing was spent, or at one size alone', () => {
    expect(slope(points(() => 0))).toBeNaN();
    expect(slope([{ size: 1, cost: 1 }])).toBeNaN();
  });
});

const CURVE: Curve = {
  id: 'keys',
  words: { en: 'Keys', zh: '密钥数' },
  sizes: SIZES,
  quickUpTo: 100,
  figures: [{ words: { en: 'µs to find one', zh: '查找一个 µs' }, power: 0 }],
  counted: { words: { en: 'keys looked at', zh: '查看的密钥数' }, expected: () => 1 },
  measure: () => Promise.resolve([]),
};

const measured = (cost: (size: number) => number, count = 1) => ({
  curve: CURVE,
  points: SIZES.map((size) => ({ size, costs: [cost(size)], count })),
});

test('a cost that grows with the size is faster than a look-up, and not faster than reading it all', () => {
  const { points: grows } = measured((size) => size);
  expect(isFaster(grows, 0, { words: CURVE.words, power: 0 })).toBe(true);
  expect(isFaster(grows, 0, { words: CURVE.words, power: 1 })).toBe(false);
  expect(isFaster(measured(() => 0).points, 0, { words: CURVE.words, power: 0 })).toBe(false);
});

test('a steep slope over few sizes that comes to little in all is not faster', () => {
  const close = [10, 11, 12].map((size) => ({ size, costs: [size * size] }));
  expect(isFaster(close, 0, { words: CURVE.words, power: 1 })).toBe(false);
});

test('a wrong count is told with what is right', () => {
  expect(wrongCounts(CURVE, measured(() => 1).points)).toEqual([]);
  expect(wrongCounts(CURVE, measured(() => 1, 2).points)[0]).toBe(
    'keys, 10: keys looked at 2, where 1 is right.',
  );
});

describe('the page', () => {
  test('names what grows faster than its work, in both languages', () => {
    const grows = measured((size) => size);
    expect(verdict([grows], 'en')).toBe('Faster than their work grow: Keys – µs to find one.');
    expect(growthPage({}, [grows], 'zh')).toContain(
      '| 查找一个 µs | 10.0 | 100 | 1000 | 10000 | 100000 | **1.00** (0) |',
    );
  });

  test('says that nothing does', () => {
    expect(growthPage({}, [measured(() => 5)], 'en')).toContain('No cost grows faster than its work.');
  });
});
