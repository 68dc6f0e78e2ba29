/** How the figures of the bench stand beside the floors, and what the page says of them. */
import { describe, expect, test } from 'vitest';
import { FLOOR_CONTENDERS } from '../../../bench/floors.ts';
import { resultsOf } from '../../../bench/measure.ts';
import { MAIN } from '../../../bench/modes.ts';
import { page } from '../../../bench/report.ts';
import { type Metric, verdictsOf } from '../../../bench/result.ts';

const { bare, least } = FLOOR_CONTENDERS;
const NAMES = [bare.name, least.name, MAIN.name];
const PLAIN: Metric = { id: 'plain', comparison: 'ratio', goals: { [MAIN.name]: { least: 1.12 } } };

/** Three rounds; in the second the machine was busy. */
const ROUNDS = [
  [100, 200, 220],
  [300, 600, 690],
  [100, 200, 210],
];

const BEHAVIOURS = {
  ended: true,
  broken: true,
  reset: true,
  short: true,
  leaves_stream: true,
  leaves_waiting: true,
  number: true,
  unknown: true,
  request: true,
  answer: true,
  stream: true,
};

describe('a figure', () => {
  const [first, second, own] = resultsOf(PLAIN, NAMES, ROUNDS);

  test('is the median of its rounds', () => {
    expect([first?.value, second?.value, own?.value]).toEqual([100, 200, 220]);
  });

  test('stands beside each floor of the same round', () => {
    expect(own?.beside.bare?.median).toBeCloseTo(2.2);
    expect(own?.beside.least).toEqual({
      median: expect.closeTo(1.1),
      lowest: expect.closeTo(1.05),
      highest: expect.closeTo(1.15),
    });
  });

  test('of a floor stands beside the lower floor alone', () => {
    expect(first?.beside).toEqual({});
    expect(Object.keys(second?.beside ?? {})).toEqual(['bare']);
  });

  test('is held against its goal', () => {
    expect(
      [first, second, own].flatMap((result) => (result === undefined ? [] : verdictsOf(result))),
    ).toEqual([{ floor: 'least', goal: 1.12, came: expect.closeTo(1.1) }]);
  });
});

describe('the page of figures', () => {
  const own = resultsOf(PLAIN, NAMES, ROUNDS);
  const report = { machine: { date: '2026-11-26', quick: false }, own, steps: own };

  test('says each figure with its comparisons, and whether its goal was met', () => {
    const text = page(report, 'en');
    expect(text).toContain('| NexCode, server token | 220 (2.20× / 1.10×) |');
    expect(text).toContain('| NexCode, server token: Plain request | least relay | 1.12× | 1.10× | met |');
  });

  test('says what each step adds to the one before', () => {
    expect(page(report, 'en')).toContain('| NexCode, server token | 220 (2.20×) | – | – | +20.00 |');
  });

  test('says what no other gateway could do, and what none did', () => {
    expect(page(report, 'en')).toContain('No other gateway took part in this run');
    const results = resultsOf(PLAIN, NAMES, [[100, 200, Number.NaN]]);
    const failures = [{ contender: MAIN.name, what: 'plain', reason: 'broken\nat a line' }];
    const behaviours = { ...BEHAVIOURS, ended: false, reset: undefined };
    const seen = [{ contender: MAIN.name, behaviours }];
    const text = page({ ...report, others: { results, failures, seen, rivals: [] } }, 'en');
    expect(text).toContain('| NexCode, server token | failed |');
    expect(text).toContain('- NexCode, server token, plain: broken\n');
    expect(text).toContain('ends without its end marker: is the client told? | **no** |');
    expect(text).toContain('whose connection is reset: is the client told? | – |');
  });

  test('says the same in Chinese', () => {
    const text = page(report, 'zh');
    expect(text).toContain('| NexCode，服务器令牌：普通请求 | 最小中继 | 1.12× | 1.10× | 达到 |');
    expect(text.match(/^\|/gm)?.length).toBe(page(report, 'en').match(/^\|/gm)?.length);
  });
});
