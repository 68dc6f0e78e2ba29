import { afterEach, describe, expect, test, vi } from 'vitest';
import { EventOutput } from '../../../src/worker/stream/output.ts';

afterEach(() => {
  vi.useRealTimers();
});

const output = () => new EventOutput(() => ':\n\n', 10_000);

describe('the client end of a translated stream', () => {
  test('gives a sign of life when nothing has been written for too long, and not before', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const out = output();
    const text = new Response(out.readable).text();
    out.begin();
    await vi.advanceTimersByTimeAsync(9000);
    await out.write('data: 1\n\n');
    await out.write('');
    await vi.advanceTimersByTimeAsync(9999);
    await out.write('data: 2\n\n');
    await vi.advanceTimersByTimeAsync(20_000);
    await out.end('data: 3\n\n');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await text).toBe('data: 1\n\ndata: 2\n\n:\n\n:\n\ndata: 3\n\n');
  });

  test('tells when nobody reads any more', async () => {
    const out = output();
    const left = new Promise((resolve) => out.clientLeft.addEventListener('abort', resolve));
    await out.readable.cancel();
    await left;
    await expect(out.write('data: 1\n\n')).rejects.toBeUndefined();
    await out.end('data: 2\n\n');
  });
});
