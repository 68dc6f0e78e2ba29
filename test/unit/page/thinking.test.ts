import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOT_THOUGHT, stopped, thinkingTime } from '../../../src/page/chat/thinking-time.ts';

type Step = readonly [now: number, reasoning: string, text: string];

/** How long an answer thought that grew by these steps, and ended at `end`. */
function measured(steps: readonly Step[], end: number): number {
  let time = NOT_THOUGHT;
  let before = { reasoning: '', text: '' };
  for (const [now, reasoning, text] of steps) {
    const next = { reasoning: before.reasoning + reasoning, text: before.text + text };
    time = thinkingTime(time, before, next, now);
    before = next;
  }
  return stopped(time, end).ms;
}

it.each<readonly [string, readonly Step[], number, number]>([
  [
    'no reasoning',
    [
      [1, '', 'a'],
      [2, '', 'b'],
    ],
    5,
    0,
  ],
  [
    'reasoning, then text',
    [
      [10, 'r', ''],
      [20, 'r', ''],
      [50, '', 'a'],
      [90, '', 'b'],
    ],
    99,
    40,
  ],
  [
    'reasoning twice',
    [
      [10, 'r', ''],
      [20, '', 'a'],
      [30, 'r', ''],
      [35, '', 'a'],
    ],
    99,
    15,
  ],
  ['a stop while it thinks', [[10, 'r', '']], 25, 15],
  ['both in one piece', [[10, 'r', 'a']], 25, 0],
  [
    'nothing in between',
    [
      [10, 'r', ''],
      [15, '', ''],
      [20, '', 'a'],
    ],
    25,
    10,
  ],
])('%s', (_, steps, end, ms) => {
  expect(measured(steps, end)).toBe(ms);
});

it('is never longer than the answer', () => {
  const step = fc.tuple(fc.nat(1000), fc.constantFrom('', 'r'), fc.constantFrom('', 'a'));
  fc.assert(
    fc.property(fc.array(step), (gaps) => {
      let now = 0;
      const steps = gaps.map(([gap, reasoning, text]): Step => {
        now += gap;
        return [now, reasoning, text];
      });
      expect(measured(steps, now)).toBeLessThanOrEqual(now);
    }),
  );
});
