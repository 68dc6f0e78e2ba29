import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONCURRENT_CALLS, runCalls } from '../../../src/worker/via-chat/run-calls.ts';

const NEVER = new AbortController().signal;

/** Rejects when the signal aborts, as `fetch` does. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

describe('the calls of one request', () => {
  test('run a few at a time, each once, and all of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 30 }), async (turns) => {
        const started: number[] = [];
        let running = 0;
        let most = 0;
        const refusal = await runCalls(turns.length, NEVER, async (index) => {
          started.push(index);
          running += 1;
          most = Math.max(most, running);
          for (let turn = 0; turn < (turns[index] ?? 0); turn += 1) await Promise.resolve();
          running -= 1;
          return undefined;
        });
        expect(refusal).toBeUndefined();
        expect(started).toEqual(turns.map((_, index) => index));
        expect(most).toBe(Math.min(turns.length, CONCURRENT_CALLS));
      }),
    );
  });

  test('stop at the first refusal: the others are aborted, the waiting ones never start', async () => {
    const started: number[] = [];
    const stopped: number[] = [];
    const refusal = new Response('no', { status: 429 });
    const outcome = await runCalls(20, NEVER, async (index, signal) => {
      started.push(index);
      if (index === 2) return refusal;
      return aborted(signal).catch(() => {
        stopped.push(index);
        return undefined;
      });
    });
    expect(outcome).toBe(refusal);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(stopped).toEqual([0, 1, 3, 4]);
  });

  test('never abort the call whose refusal is the answer: its body is still to be read', async () => {
    const signals: AbortSignal[] = [];
    await runCalls(2, NEVER, async (index, signal) => {
      signals.push(signal);
      return index === 0 ? new Response('no', { status: 500 }) : aborted(signal);
    });
    expect(signals.map((signal) => signal.aborted)).toEqual([false, true]);
  });

  test('stop at the first failure, which is thrown', async () => {
    const stopped: number[] = [];
    const outcome = runCalls(3, NEVER, async (index, signal) => {
      if (index === 1) throw new Error('broken');
      return aborted(signal).finally(() => stopped.push(index));
    });
    await expect(outcome).rejects.toThrow('broken');
    expect(stopped).toEqual([0, 2]);
  });

  test('stop when the client leaves', async () => {
    const client = new AbortController();
    const started: number[] = [];
    const outcome = runCalls(20, client.signal, (index, signal) => {
      started.push(index);
      return aborted(signal);
    });
    client.abort();
    await expect(outcome).rejects.toThrow();
    expect(started).toHaveLength(CONCURRENT_CALLS);
  });

  test('are told at once when the client had left before', async () => {
    const outcome = runCalls(1, AbortSignal.abort(), (_, signal) => aborted(signal));
    await expect(outcome).rejects.toThrow();
  });
});
