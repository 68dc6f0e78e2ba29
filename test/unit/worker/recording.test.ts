import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Recording } from '../../../src/worker/resume/recording.ts';

const LIMIT_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('an answer that nobody reads any more is ended after its time', async () => {
  const recording = recorded();
  recording.leave(LIMIT_MS);
  vi.advanceTimersByTime(LIMIT_MS);
  expect((await recording.halted).fields.code).toBe('stream_abandoned');
});

test('an answer whose reader comes back in time goes on', () => {
  const recording = recorded();
  recording.leave(LIMIT_MS);
  vi.advanceTimersByTime(LIMIT_MS - 1);
  recording.join();
  expect(vi.getTimerCount()).toBe(0);
});

test('an answer goes on while one of its readers is there', () => {
  const recording = recorded();
  recording.join();
  recording.leave(LIMIT_MS);
  expect(vi.getTimerCount()).toBe(0);
});

test('an answer that ends meanwhile is held by no timer', () => {
  const recording = recorded();
  recording.leave(LIMIT_MS);
  recording.end(Date.now());
  recording.finish();
  expect(vi.getTimerCount()).toBe(0);
});

test('however often readers come and go, one timer waits', () => {
  const recording = recorded();
  for (let time = 0; time < 10; time += 1) {
    recording.leave(LIMIT_MS);
    recording.join();
  }
  recording.leave(LIMIT_MS);
  expect(vi.getTimerCount()).toBe(1);
});

function recorded(): Recording {
  return new Recording({
    id: 'st_1',
    endpoint: '/v1/chat/completions',
    headers: {},
    status: 'in_progress',
    begun: 0,
    ended: null,
    usage: null,
    words: '',
    isTooLong: false,
  });
}
