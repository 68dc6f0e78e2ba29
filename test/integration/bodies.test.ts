/** Bodies under way: bounded together in two shares, given a time to arrive, and nobody's slowness is another's wait. */
import { describe, expect, test } from 'vitest';
import { chatStream, stream } from '../support/answers.ts';
import {
  API_TOKEN,
  bearer,
  CLIENT_KEY,
  CLOSED,
  errorOf,
  JSON_TYPE,
  type Surface,
  startSurface,
} from '../support/surface.ts';
import { Upload } from '../support/upload.ts';

const KIB = 1024;

/** A chat request of that many bytes. */
function chatOf(bytes: number): string {
  const empty = '{"model":"m","messages":[],"x":""}';
  return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
}

const post = (surface: Surface, token: string, bytes: number) =>
  surface.ask('/v1/chat/completions', {
    headers: { ...JSON_TYPE, ...bearer(token) },
    body: chatOf(bytes),
  });

test('callers with keys of their own fill half of the room, and the server token has the rest', async () => {
  await using surface = await startSurface({ ...CLOSED, BODIES_BYTES: String(800 * KIB) });
  using held = new Upload(surface.url, CLIENT_KEY, 300 * KIB);
  // It has its room once another of its kind has none.
  await expect.poll(async () => (await post(surface, CLIENT_KEY, 300 * KIB)).status).toBe(503);
  const refused = await post(surface, CLIENT_KEY, 101 * KIB);
  expect([refused.status, errorOf(refused).code]).toEqual([503, 'too_many_bodies']);
  expect(refused.head.header('retry-after')).toBe('1');
  expect((await post(surface, CLIENT_KEY, 100 * KIB)).status).toBe(200);
  // 64 KB are not counted.
  expect((await post(surface, CLIENT_KEY, 64 * KIB)).status).toBe(200);
  expect((await post(surface, API_TOKEN, 500 * KIB)).status).toBe(200);
  expect((await post(surface, API_TOKEN, 501 * KIB)).status).toBe(503);
  expect((await post(surface, API_TOKEN, KIB)).status).toBe(200);
  expect(held.status).toBeUndefined();
  held.send(chatOf(300 * KIB));
  expect(await held.head()).toMatch(/^HTTP\/1\.1 200/);
  expect((await post(surface, CLIENT_KEY, 400 * KIB)).status).toBe(200);
});

test('a body that does not arrive ends with 408, and a longer one has 30 s more for each MB', async () => {
  await using surface = await startSurface({ ...CLOSED, BODY_MS: '300' });
  const long = chatOf(KIB * KIB);
  using slow = new Upload(surface.url, API_TOKEN, long.length);
  slow.send(long.slice(0, 1000));
  for (const bytes of [1, 1000]) {
    using late = new Upload(surface.url, API_TOKEN, 1024);
    late.send(chatOf(1024).slice(0, bytes));
    expect(await late.head()).toMatch(/^HTTP\/1\.1 408/);
  }
  expect(slow.status).toBeUndefined();
  slow.send(long.slice(1000));
  expect(await slow.head()).toMatch(/^HTTP\/1\.1 200/);
  expect(surface.upstream.exchanges).toHaveLength(1);
});

test('a client that gives up gives its room back', async () => {
  await using surface = await startSurface({ ...CLOSED, BODIES_BYTES: String(400 * KIB) });
  for (let turn = 0; turn < 5; turn += 1) {
    using held = new Upload(surface.url, CLIENT_KEY, 200 * KIB);
    held.send('{');
    await expect.poll(async () => (await post(surface, CLIENT_KEY, 100 * KIB)).status).toBe(503);
    held[Symbol.dispose]();
    await expect.poll(async () => (await post(surface, CLIENT_KEY, 200 * KIB)).status).toBe(200);
  }
});

describe.each([
  ['of 20 KB', 20 * KIB],
  ['of 1 MB', 1024 * KIB],
  ['of 19 MB', 19 * 1024 * KIB],
])('two hundred slow uploads %s', (_, bytes) => {
  test('keep no request of the token and no stream of it waiting', async () => {
    await using surface = await startSurface(CLOSED);
    using stack = new DisposableStack();
    const uploads = Array.from({ length: 200 }, () => stack.use(new Upload(surface.url, CLIENT_KEY, bytes)));
    for (const upload of uploads) upload.send('{"model":"m","messages":[],"x":"');
    for (let call = 0; call < 10; call += 1) {
      expect((await post(surface, API_TOKEN, KIB)).status).toBe(200);
      surface.upstream.reply(stream(chatStream()));
      const streamed = await surface.ask('/v1/chat/completions', {
        headers: { ...JSON_TYPE, ...bearer(API_TOKEN) },
        body: '{"model":"m","messages":[],"stream":true}',
      });
      expect(streamed.text()).toContain('[DONE]');
    }
    // None of them has come to an end meanwhile: they wait, or were refused at once.
    const statuses = new Set(uploads.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== undefined && status !== '503')).toEqual([]);
    expect(surface.upstream.exchanges).toHaveLength(20);
  }, 60_000);
});
