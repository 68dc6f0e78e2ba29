import { expect, test } from 'vitest';
import { pause } from '../../../src/worker/routing/pause.ts';

const NEVER_MS = 3_600_000;

test('a pause ends when the client leaves', async () => {
  const client = new AbortController();
  const paused = pause(NEVER_MS, client.signal);
  client.abort();
  await expect(paused).resolves.toBeUndefined();
});

test('a pause for a client that has left already is none', async () => {
  await expect(pause(NEVER_MS, AbortSignal.abort())).resolves.toBeUndefined();
});

test('a pause ends by itself', async () => {
  await expect(pause(1, new AbortController().signal)).resolves.toBeUndefined();
});
