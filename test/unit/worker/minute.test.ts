import { expect, test } from 'vitest';
import { MINUTE_MS, MinuteWindow } from '../../../src/worker/ledger/minute.ts';

test('calls of a minute are held, and no others, though nobody asks for limits', () => {
  const window = new MinuteWindow();
  for (let second = 0; second < 10_000; second += 1) window.add(`call ${second}`, second * 1000, 5);
  expect(window.size).toBe(60);
});

test('no minute holds more calls than the limit, to the millisecond', () => {
  const window = new MinuteWindow();
  for (let call = 0; call < 3; call += 1) window.add(`call ${call}`, call * 100, 5);
  expect(window.requestWaitMs(3, 1000)).toBe(MINUTE_MS - 1000);
  expect(window.requestWaitMs(3, MINUTE_MS - 1)).toBe(1);
  expect(window.requestWaitMs(3, MINUTE_MS)).toBe(0);
});

test('a call counts with what it took once that is known', () => {
  const window = new MinuteWindow();
  window.add('call', 0, 1000);
  window.correct('call', 10);
  expect(window.tokens(1000, 1)).toEqual({ limit: 1000, remaining: 990, resetMs: MINUTE_MS - 1 });
});
