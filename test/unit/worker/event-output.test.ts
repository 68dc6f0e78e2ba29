import { afterEach, describe, expect, test, vi } from 'vitest';
import { EventOutput } from '../../../src/worker/stream/output.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('the client end of a translated stream', () => {
  test('gives a sign of life where chat speaks and the legacy form has no word for it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const output = new EventOutput();
    const text = new Response(output.readable).text();
    await output.write('data: 1\n\n');
    await output.write('');
    vi.advanceTimersByTime(10_000);
    await output.write('');
    await output.write('');
    await output.end('data: 2\n\n');
    expect(await text).toBe('data: 1\n\n:\n\ndata: 2\n\n');
  });

  test('tells when nobody reads any more', async () => {
    const output = new EventOutput();
    const left = new Promise((resolve) => output.clientLeft.addEventListener('abort', resolve));
    await output.readable.cancel();
    await left;
    await expect(output.write('data: 1\n\n')).rejects.toBeUndefined();
    await output.end('data: 2\n\n');
  });
});
