/** Whose recorded streams are, what they cost, and that nothing is kept where they are off. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatChunk, chatStream, EVENT_STREAM, events, stream, usageChunk } from '../support/answers.ts';
import type { GatewaySettings } from '../support/gateway.ts';
import { call } from '../support/http.ts';
import { asOperator, type Issued, issue, PROJECT, rowsOf, settled, startKeyed } from '../support/keys.ts';
import { chatCall } from '../support/relay.ts';
import { ended, lookAt, RECORDING, RESUMABLE, stopStream } from '../support/streams.ts';
import { API_TOKEN, bearer, CLIENT_KEY, errorOf, type Surface, startSurface } from '../support/surface.ts';
import { startWorkerd } from '../support/workerd.ts';

const PAYLOADS = [...chatStream().slice(0, -1), usageChunk(), '[DONE]'];
const WHOLE = events(PAYLOADS);

type Fields = Readonly<Record<string, string>>;

/** Asks for a whole resumable stream. */
function ask(surface: Surface, headers: Fields) {
  const body = { model: 'gpt-test', messages: [{ role: 'user', content: 'Hi' }], stream: true };
  return call(surface.url, chatCall(body, { ...RESUMABLE, ...headers }));
}

describe('a server that issues keys', () => {
  let surface: Surface;
  beforeAll(async () => {
    surface = await startKeyed({ ...RECORDING, LEDGER: 'true' });
    surface.upstream.always(stream(PAYLOADS));
  });
  afterAll(() => surface[Symbol.asyncDispose]());

  test('a stream is found by its own caller alone', async () => {
    const mine = await issue(surface);
    const other = await issue(surface);
    const answer = await ask(surface, bearer(mine.value));
    expect(answer.text()).toBe(WHOLE);
    const id = answer.head.header('x-nexcode-stream') ?? '';
    await ended(surface.url, id, bearer(mine.value));
    for (const token of [other.value, API_TOKEN, CLIENT_KEY]) {
      const asked = [
        await lookAt(surface.url, id, bearer(token)),
        await call(surface.url, { path: `/v1/streams/${id}`, headers: bearer(token) }),
        await stopStream(surface.url, id, bearer(token)),
      ];
      for (const refused of asked) {
        expect(refused.status).toBe(404);
        expect(errorOf(refused).code).toBe('stream_not_found');
      }
    }
    const nobody = await lookAt(surface.url, id);
    expect(nobody.status).toBe(401);
  });

  test('a login made with the token finds the streams of the token, and one made with a key those of the key', async () => {
    const key = await issue(surface);
    for (const token of [API_TOKEN, key.value]) {
      const answer = await ask(surface, bearer(token));
      const id = answer.head.header('x-nexcode-stream') ?? '';
      await ended(surface.url, id, bearer(token));
      const login = await surface.ask('/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      const cookie = login.head.header('set-cookie')?.split(';')[0] ?? '';
      const page = { cookie, 'sec-fetch-site': 'same-origin' };
      expect((await lookAt(surface.url, id, page)).status).toBe(200);
      expect((await lookAt(surface.url, id, { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(401);
    }
  });

  test('a key whose limits say so has every stream recorded, asked for or not, and only as long as they say so', async () => {
    const limits = `${PROJECT}/api_keys`;
    const forced = await issue(surface, { resumable: true });
    const other = await issue(surface);
    const body = { model: 'gpt-test', messages: [{ role: 'user', content: 'Hi' }] };
    const streamOf = async (key: Issued, parts: object = { stream: true }) => {
      const answer = await call(surface.url, chatCall({ ...body, ...parts }, bearer(key.value)));
      expect(answer.status).toBe(200);
      return { name: answer.head.header('x-nexcode-stream'), text: answer.text() };
    };
    const { name = '', text } = await streamOf(forced);
    expect(text).toBe(WHOLE);
    await ended(surface.url, name, bearer(forced.value));
    const again = await call(surface.url, { path: `/v1/streams/${name}`, headers: bearer(forced.value) });
    expect(again.text().replace(/^id: .*\n/gm, '')).toBe(WHOLE);
    const responses = await call(surface.url, {
      path: '/v1/responses',
      body: JSON.stringify({ model: 'gpt-test', input: 'Hi', stream: true }),
      headers: { ...bearer(forced.value), 'content-type': 'application/json' },
    });
    expect(responses.head.header('x-nexcode-stream')).toMatch(/^st_/);
    expect((await streamOf(other)).name).toBeUndefined();
    const change = { body: JSON.stringify({ limits: { resumable: false } }) };
    const changed = await asOperator(surface, `${limits}/${forced.id}`, change);
    expect(changed.json()).toMatchObject({ limits: { resumable: false } });
    expect((await streamOf(forced)).name).toBeUndefined();
  });

  test('a key that was revoked finds nothing any more', async () => {
    const key = await issue(surface);
    const answer = await ask(surface, bearer(key.value));
    const id = answer.head.header('x-nexcode-stream') ?? '';
    await settled(surface, key);
    await asOperator(surface, `/v1/organization/projects/default/api_keys/${key.id}`, { method: 'DELETE' });
    const refused = await lookAt(surface.url, id, bearer(key.value));
    expect(refused.status).toBe(401);
  });

  test('a call is booked by the object, exactly and once, whether its reader stays or leaves', async () => {
    const key = await issue(surface, { budget: { usd: 1, period: 'total' } });
    await ask(surface, bearer(key.value));
    const leaves = await ask(surface, bearer(key.value));
    expect(leaves.head.header('x-nexcode-budget-left')).toMatch(/^0\.9/);
    const status = await settled(surface, key);
    // 5 tokens at $1 and 2 at $2 a million, twice.
    expect(status.left.budget).toMatchObject({ held: 0, spent: 0.000018 });
    const own = await rowsOf(surface, key);
    expect(own).toHaveLength(2);
    expect(own).toMatchObject([
      { status: 'whole', completion_tokens: 2, source: 'reported' },
      { status: 'whole', completion_tokens: 2, source: 'reported' },
    ]);
  });

  test('a stopped call is booked as one that its caller left', async () => {
    const key = await issue(surface, { budget: { usd: 1, period: 'total' } });
    const { promise, resolve } = Promise.withResolvers<string>();
    surface.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.event(chatChunk({ content: 'Hi' }));
      const id = await promise;
      const stopped = await stopStream(surface.url, id, bearer(key.value));
      expect(stopped.json()).toMatchObject({ status: 'cancelled' });
      await exchange.gone;
    });
    const asked = fetch(`${surface.base}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...RESUMABLE, ...bearer(key.value) },
      body: JSON.stringify({ model: 'gpt-test', messages: [{ role: 'user', content: 'Hi' }], stream: true }),
    });
    const answer = await asked;
    resolve(answer.headers.get('x-nexcode-stream') ?? '');
    expect(await answer.text()).toContain('"code":"stream_stopped"');
    const status = await settled(surface, key);
    expect(status.left.budget?.held).toBe(0);
    const own = await rowsOf(surface, key);
    expect(own).toMatchObject([{ status: 'client_left', estimated: true }]);
  });

  test('a refusal of the key is passed on, with what is left of its limits', async () => {
    const key = await issue(surface, { rpm: 1 });
    expect((await ask(surface, bearer(key.value))).head.header('x-ratelimit-limit-requests')).toBe('1');
    const refused = await ask(surface, bearer(key.value));
    expect(refused.status).toBe(429);
    expect(errorOf(refused).code).toBe('rate_limit_exceeded');
    expect(refused.head.header('x-nexcode-stream')).toBe('none');
  });

  test('a caller’s own key is served as ever', async () => {
    const answer = await ask(surface, bearer(CLIENT_KEY));
    expect(answer.text()).toBe(WHOLE);
    expect(answer.head.header('x-nexcode-stream')).toBe('none');
    expect(answer.head.header('location')).toBeUndefined();
    expect(surface.asked.head.header('x-nexcode-resumable')).toBeUndefined();
  });

  test('what was not asked for is not recorded, and neither is what is no stream', async () => {
    const plain = await call(surface.url, chatCall({ stream: true }, bearer(API_TOKEN)));
    expect(plain.head.header('x-nexcode-stream')).toBeUndefined();
    const whole = await call(surface.url, chatCall({}, { ...RESUMABLE, ...bearer(API_TOKEN) }));
    expect(whole.head.header('x-nexcode-stream')).toBe('none');
  });

  test.each([
    'st_',
    'st_00',
    `st_00${'0'.repeat(31)}`,
    `st_ff${'0'.repeat(32)}`,
    'x',
    `ST_00${'0'.repeat(32)}`,
  ])('the name %s is that of no stream', async (name) => {
    const refused = await lookAt(surface.url, name, bearer(API_TOKEN));
    expect(refused.status).toBe(404);
    expect(errorOf(refused).code).toBe('stream_not_found');
  });

  test('other methods and paths are refused', async () => {
    const id = `st_00${'0'.repeat(32)}`;
    const post = await surface.ask(`/v1/streams/${id}`, {
      method: 'POST',
      headers: bearer(API_TOKEN),
      body: '{}',
    });
    expect(post.status).toBe(405);
    expect(post.head.header('allow')).toBe('GET, HEAD, DELETE');
    expect((await surface.ask('/v1/streams', { headers: bearer(API_TOKEN) })).status).toBe(404);
    expect((await surface.ask(`/v1/streams/${id}/x`, { headers: bearer(API_TOKEN) })).status).toBe(404);
  });

  test('scripts of other origins may ask for it and read where it is', async () => {
    const preflight = await surface.ask('/v1/streams/x', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'DELETE' },
    });
    expect(preflight.head.header('access-control-allow-headers')).toContain(
      'x-nexcode-resumable, last-event-id',
    );
    expect(preflight.head.header('access-control-allow-methods')).toContain('DELETE');
    const answer = await ask(surface, { ...bearer(API_TOKEN), origin: 'https://app.example' });
    expect(answer.head.header('access-control-allow-origin')).toBe('*');
    expect(answer.head.header('access-control-expose-headers')).toMatch(/location.*x-nexcode-stream/);
  });

  test('health and the page’s session say that streams are recorded', async () => {
    expect((await surface.ask('/health')).json()).toMatchObject({ resumable: true });
    expect((await surface.ask('/session')).json()).toMatchObject({ resumable: true });
  });
});

test('where it is off nothing is stored, no object is asked, and both say so', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'nexcode-off-'));
  try {
    await using surface = await startSurface(
      { API_TOKEN, OPENAI_API_KEY: 'sk-of-the-server-x', SELF_HOSTED: 'true' },
      (settings: GatewaySettings) => startWorkerd(settings, { stateFolder }),
    );
    surface.upstream.always(stream(PAYLOADS));
    const answer = await ask(surface, bearer(API_TOKEN));
    expect(answer.text()).toBe(WHOLE);
    expect(answer.head.header('x-nexcode-stream')).toBe('none');
    const refused = await lookAt(surface.url, `st_00${'0'.repeat(32)}`, bearer(API_TOKEN));
    expect(refused.status).toBe(404);
    expect(errorOf(refused).code).toBe('streams_disabled');
    expect((await surface.ask('/health')).json()).toMatchObject({ resumable: false });
    expect((await surface.ask('/session')).json()).toMatchObject({ resumable: false });
    const entries = await readdir(stateFolder, { recursive: true, withFileTypes: true });
    // The runtime notes for itself which classes there are; an object would have a file of its own.
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('metadata.'));
    expect(files).toEqual([]);
  } finally {
    await rm(stateFolder, { recursive: true });
  }
});
