/** Budgets on the object itself, in bare workerd: at once over the cap, clients that leave, upstreams that fail, kill -9. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { makeKey } from '../../src/worker/access/key-form.ts';
import {
  apiError,
  chatChunk,
  chatStream,
  EVENT_STREAM,
  resetBeforeHead,
  respond,
  stream,
  usageChunk,
} from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { call } from '../support/http.ts';
import {
  asOperator,
  type Issued,
  issue,
  KEYED,
  KEYS_SECRET,
  PROJECT,
  rowsOf,
  settled,
  startKeyed,
} from '../support/keys.ts';
import { openCall } from '../support/relay.ts';
import {
  API_TOKEN,
  type Asker,
  askerOf,
  bearer,
  CHAT_BODY,
  errorOf,
  JSON_TYPE,
  type Surface,
} from '../support/surface.ts';
import { type Script, startUpstream, type Upstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const STREAM_BODY = CHAT_BODY.replace('{', '{"stream":true,');
const BODY_BYTES = Buffer.byteLength(CHAT_BODY);
/** One message's bytes and 64 tokens around it, at a dollar a million; 1,000 tokens of answer at two. In USD. */
const HOLD = (BODY_BYTES + 64 + 2000) / 1e6;

const ask = (surface: Asker, key: Issued, body = CHAT_BODY) =>
  surface.ask('/v1/chat/completions', { headers: { ...bearer(key.value), ...JSON_TYPE }, body });

/** Asks for a stream that is read as it comes. */
const open = (surface: Surface, key: Issued, body = STREAM_BODY) =>
  openCall(surface.url, {
    path: '/v1/chat/completions',
    headers: { ...bearer(key.value), ...JSON_TYPE },
    body,
  });

test('two hundred at once over the cap: as many as fit are admitted, and their room comes back', async () => {
  await using surface = await startKeyed({ SELF_HOSTED: 'true' });
  const key = await issue(surface, { budget: { usd: HOLD * 10.5, period: 'total' } });
  let release = Promise.withResolvers<void>();
  const slow: Script = async (exchange) => {
    await release.promise;
    await respond()(exchange);
  };
  surface.upstream.always(slow);
  for (let round = 1; round <= 3; round++) {
    const before = surface.upstream.exchanges.length;
    const answers = Array.from({ length: 200 }, () => ask(surface, key));
    // Whoever is refused is refused at once; the admitted ones wait for the upstream.
    const early = await eventually(async () => {
      const done = await Promise.all(
        answers.map((answer) => Promise.race([answer, Promise.resolve(undefined)])),
      );
      const refused = done.filter((answer) => answer !== undefined);
      expect(refused.length + surface.upstream.exchanges.length - before).toBe(200);
      return refused;
    });
    expect(surface.upstream.exchanges.length - before, `round ${round}`).toBe(10);
    expect(errorOf(early[0] ?? (await ask(surface, key)))).toMatchObject({
      type: 'tokens',
      code: 'rate_limit_exceeded',
    });
    expect(early[0]?.head.header('x-should-retry')).toBe('true');
    release.resolve();
    const all = await Promise.all(answers);
    expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
    release = Promise.withResolvers();
    const { left } = await settled(surface, key);
    expect(left.budget?.held).toBe(0);
    expect(left.budget?.spent).toBeCloseTo(round * 10 * 0.000009, 9);
  }
}, 60_000);

describe('whatever becomes of a call', () => {
  const cases: [string, Script, string, number][] = [
    ['answered whole', respond(), 'whole', 0.000009],
    ['refused', respond(apiError('no'), 400), 'refused', 0],
    ['failed', respond(apiError('no'), 500), 'refused', 0],
    // What was read of the prompt at most: the answer's head never came.
    ['a lost connection', resetBeforeHead, 'no_answer', (BODY_BYTES + 64) / 1e6],
  ];

  test.each(cases)('%s has one row, and nothing stays held', async (_, script, status, cost) => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const key = await issue(surface, { budget: { usd: 1 } });
    surface.upstream.reply(script);
    await ask(surface, key);
    const { left } = await settled(surface, key);
    expect(left.budget).toMatchObject({ held: 0 });
    expect(left.budget?.spent).toBeCloseTo(cost, 9);
    expect(await rowsOf(surface, key)).toMatchObject([{ status, cost_usd: expect.closeTo(cost, 9) }]);
  });

  test('a stream that is cut is booked at what can have been charged', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const key = await issue(surface, { budget: { usd: 1 } });
    surface.upstream.reply(stream(chatStream().slice(0, 3), 'cut'));
    expect((await ask(surface, key, STREAM_BODY)).text()).toContain('upstream_stream_cut');
    await settled(surface, key);
    const bytes = Buffer.byteLength(STREAM_BODY) + 64;
    expect(await rowsOf(surface, key)).toMatchObject([
      { status: 'cut', estimated: true, cost_usd: expect.closeTo((bytes + 2000) / 1e6, 9) },
    ]);
  });

  test('a stream is asked for its usage, and its bytes are the upstream’s own', async () => {
    await using surface = await startKeyed();
    const key = await issue(surface, { budget: { usd: 1 } });
    const sent = [...chatStream().slice(0, -1), usageChunk(), '[DONE]'];
    surface.upstream.reply(stream(sent));
    const answer = await ask(surface, key, STREAM_BODY);
    expect(answer.text()).toBe(sent.map((payload) => `data: ${payload}\n\n`).join(''));
    expect(JSON.parse(surface.asked.body.toString())).toMatchObject({
      max_tokens: 1000,
      stream_options: { include_usage: true },
    });
    expect(answer.head.header('x-nexcode-filled')).toBe('max_tokens, stream_options');
    const { left } = await settled(surface, key);
    expect(left.budget?.spent).toBeCloseTo(0.000009, 9);
  });

  test('a client that leaves behind the finish reason is booked by the usage that follows', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const key = await issue(surface, { budget: { usd: 1 } });
    surface.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.event(chatChunk({ content: 'Hi' }));
      await exchange.event(chatChunk({}, 'stop'));
      await left.promise;
      await exchange.event(usageChunk());
      await exchange.end();
    });
    const left = Promise.withResolvers<void>();
    await using client = await open(surface, key);
    await client.until('"stop"');
    client.connection.reset();
    left.resolve();
    const status = await settled(surface, key);
    expect(status.left.budget?.spent).toBeCloseTo(0.000009, 9);
  });

  test('an upstream that takes too long is booked at what can have been charged', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true', UPSTREAM_HEADERS_MS: '100' });
    const key = await issue(surface, { budget: { usd: 1 } });
    surface.upstream.reply(() => {});
    const answer = await ask(surface, key);
    expect(answer.status).toBe(504);
    const { left } = await settled(surface, key);
    expect(left.budget).toMatchObject({ held: 0, spent: expect.closeTo(HOLD, 9) });
    expect(await rowsOf(surface, key)).toMatchObject([{ status: 'no_answer', estimated: true }]);
  });

  test('fifty clients that close their side before the answer begins have a row each, and hold nothing', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const key = await issue(surface, { budget: { usd: 5 } });
    const release = Promise.withResolvers<void>();
    surface.upstream.always(async (exchange) => {
      await release.promise;
      await respond()(exchange);
    });
    const clients = await Promise.all(Array.from({ length: 50 }, () => open(surface, key, CHAT_BODY)));
    await eventually(() => expect(surface.upstream.exchanges).toHaveLength(50));
    for (const client of clients) client.connection.finish();
    release.resolve();
    const { left } = await settled(surface, key);
    expect(left.budget?.held).toBe(0);
    const rows = await rowsOf(surface, key);
    expect(rows).toHaveLength(50);
    // The runtime does not tell that such a client has left: the answer is made, and booked by its usage.
    expect(rows.every(({ status }) => status === 'whole' || status === 'no_answer')).toBe(true);
    const sum = rows.reduce((total, { cost_usd: cost }) => total + cost, 0);
    expect(left.budget?.spent).toBeCloseTo(sum, 9);
    for (const client of clients) await client[Symbol.asyncDispose]();
  }, 60_000);

  test('two hundred clients that leave between finish and usage are booked at no less than the upstream counted', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const key = await issue(surface, { budget: { usd: 5 } });
    const left = Promise.withResolvers<void>();
    const gone: Promise<unknown>[] = [];
    surface.upstream.always(async (exchange) => {
      const tellsUsage = gone.length % 2 === 0;
      gone.push(exchange.gone);
      await exchange.head(200, EVENT_STREAM);
      await exchange.event(chatChunk({ content: 'Hi' }));
      await exchange.event(chatChunk({}, 'stop'));
      await left.promise;
      if (!tellsUsage) return;
      await exchange.event(usageChunk());
      await exchange.end();
    });
    const clients = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const client = await open(surface, key);
        await client.until('"stop"');
        return client;
      }),
    );
    for (const client of clients) client.connection.reset();
    left.resolve();
    await Promise.all(gone);
    const { left: rest } = await settled(surface, key);
    expect(rest.budget?.held).toBe(0);
    const rows = await rowsOf(surface, key);
    expect(rows).toHaveLength(200);
    // Five tokens in and two out, told or not.
    expect(Math.min(...rows.map(({ cost_usd: cost }) => cost))).toBeCloseTo(0.000009, 9);
    expect(rows.filter(({ estimated }) => !estimated)).toHaveLength(100);
    const sum = rows.reduce((total, { cost_usd: cost }) => total + cost, 0);
    expect(rest.budget?.spent).toBeCloseTo(sum, 9);
    for (const client of clients) await client[Symbol.asyncDispose]();
  }, 60_000);

  test('a request of several prompts is one row over as many calls, within one hold', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true', COMPLETIONS_MODE: 'chat' });
    const prompts = ['one', 'two', 'three'];
    const body = JSON.stringify({ model: 'gpt-test', prompt: prompts, max_tokens: 10 });
    // A body of this length for each call, 64 tokens around its message, and its answer.
    const key = await issue(surface, { budget: { usd: 0.002 } });
    const answer = await surface.ask('/v1/completions', {
      headers: { ...bearer(key.value), ...JSON_TYPE },
      body,
    });
    expect(answer.status, answer.text()).toBe(200);
    expect(surface.upstream.exchanges).toHaveLength(3);
    const { left } = await settled(surface, key);
    expect(left.budget).toMatchObject({ held: 0, spent: expect.closeTo(3 * 0.000009, 9) });
    expect(await rowsOf(surface, key)).toMatchObject([{ status: 'whole', calls: 3 }]);
    // A hundred prompts do not fit, and nothing of them is sent.
    const many = JSON.stringify({ model: 'gpt-test', prompt: Array(100).fill('x'), max_tokens: 10 });
    const refused = await surface.ask('/v1/completions', {
      headers: { ...bearer(key.value), ...JSON_TYPE },
      body: many,
    });
    expect(errorOf(refused).code).toBe('insufficient_quota');
    expect(surface.upstream.exchanges).toHaveLength(3);
  });

  test('a client that leaves before the answer begins stops the upstream, and is booked at once', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const key = await issue(surface, { budget: { usd: 1 } });
    surface.upstream.always(() => {});
    await using client = await open(surface, key, CHAT_BODY);
    const exchange = await surface.upstream.next();
    client.connection.reset();
    await exchange.gone;
    const { left } = await settled(surface, key);
    // What became of the request is unknown: it is booked at what can have been charged.
    expect(left.budget).toMatchObject({ held: 0, spent: expect.closeTo(HOLD, 9) });
    expect(await rowsOf(surface, key)).toMatchObject([{ status: 'no_answer', estimated: true }]);
  });

  test('a key that is revoked with stop=true ends its calls at once, and they are booked', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const [key, other] = [await issue(surface, { budget: { usd: 1 } }), await issue(surface)];
    const gone: Promise<unknown>[] = [];
    surface.upstream.always(async (exchange) => {
      gone.push(exchange.gone);
      const isStream = exchange.request.body.toString().includes('"stream"');
      if (!isStream) return;
      await exchange.head(200, EVENT_STREAM);
      await exchange.event(chatChunk({ content: 'Hi' }));
    });
    const begun = async (issued: Issued) => {
      const client = await open(surface, issued);
      await client.until('Hi');
      return client;
    };
    const streams = [await begun(key), await begun(key)];
    const others = await begun(other);
    const waiting = ask(surface, key);
    await eventually(() => expect(gone).toHaveLength(4));
    await asOperator(surface, `${PROJECT}/api_keys/${key.id}?stop=true`, { method: 'DELETE' });
    for (const client of streams) {
      await client.rest();
      expect(client.text).toContain('"error"');
      expect(client.text).not.toContain('[DONE]');
      await client[Symbol.asyncDispose]();
    }
    const refused = await waiting;
    expect(refused.status).toBe(401);
    expect(errorOf(refused).code).toBe('invalid_api_key');
    await Promise.all([gone[0], gone[1], gone[3]]);
    const { left } = await settled(surface, key);
    expect(left.budget?.held).toBe(0);
    const rows = await rowsOf(surface, key);
    expect(rows.map(({ status }) => status).sort()).toEqual(['cut', 'cut', 'no_answer']);
    expect(rows.every(({ estimated, cost_usd: cost }) => estimated && cost > 0)).toBe(true);
    // Nobody else is stopped.
    const still = await asOperator(surface, `${PROJECT}/api_keys/${other.id}`);
    expect(still.json()).toMatchObject({ open_calls: 1 });
    await others[Symbol.asyncDispose]();
  }, 30_000);

  test('clients that leave in mid-stream stop the upstream, and hold nothing afterwards', async () => {
    await using surface = await startKeyed({ SELF_HOSTED: 'true' });
    const key = await issue(surface, { budget: { usd: 10 } });
    const gone: Promise<unknown>[] = [];
    surface.upstream.always(async (exchange) => {
      gone.push(exchange.gone);
      await exchange.head(200, EVENT_STREAM);
      for (;;) await exchange.event(chatChunk({ content: 'word '.repeat(50) }));
    });
    const clients = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const client = await open(surface, key);
        await client.until('word');
        return client;
      }),
    );
    for (const client of clients) client.connection.reset();
    await Promise.all(gone);
    expect(gone).toHaveLength(40);
    const { left } = await settled(surface, key);
    expect(left.budget?.held).toBe(0);
    const rows = await rowsOf(surface, key);
    expect(rows.map(({ status }) => status)).toEqual(Array(40).fill('client_left'));
    for (const client of clients) await client[Symbol.asyncDispose]();
  }, 60_000);
});

test('a failed target is booked before the next one is tried, within one budget', async () => {
  await using dead = await startUpstream();
  dead.always(resetBeforeHead);
  const UPSTREAMS = { first: { base: dead.base } };
  await using surface = await startKeyed({
    SELF_HOSTED: 'true',
    UPSTREAMS,
    MODELS: { 'gpt-list': ['first/gpt-a', 'default/gpt-b'] },
  });
  const key = await issue(surface, { budget: { usd: 1 } });
  const body = CHAT_BODY.replace('gpt-test', 'gpt-list');
  const answer = await ask(surface, key, body);
  expect(answer.status).toBe(200);
  const { left } = await settled(surface, key);
  const prompt = (Buffer.byteLength(body) + 64) / 1e6;
  expect(left.budget?.spent).toBeCloseTo(prompt + 0.000009, 9);
  expect(await rowsOf(surface, key)).toMatchObject([
    { status: 'whole', target: 'default/gpt-b', attempts: 2, cost_usd: expect.closeTo(prompt + 0.000009, 9) },
  ]);
});

test('the official client asks once where the budget is spent, and agents on one key all finish', async () => {
  await using surface = await startKeyed();
  const spent = await issue(surface, { budget: { tokens: 10 } });
  const client = new OpenAI({ apiKey: spent.value, baseURL: surface.base });
  const messages = [{ role: 'user' as const, content: 'hi' }];
  await expect(client.chat.completions.create({ model: 'gpt-test', messages })).rejects.toMatchObject({
    status: 429,
    code: 'insufficient_quota',
  });
  expect(surface.upstream.exchanges).toHaveLength(0);
  const shared = await issue(surface, { budget: { usd: 5 } });
  const agents = new OpenAI({ apiKey: shared.value, baseURL: surface.base });
  const loops = Array.from({ length: 20 }, async () => {
    for (let turn = 0; turn < 3; turn++)
      await agents.chat.completions.create({ model: 'gpt-test', messages });
  });
  await Promise.all(loops);
  const { left } = await settled(surface, shared);
  expect(left.budget?.spent).toBeCloseTo(60 * 0.000009, 9);
}, 60_000);

describe('after kill -9', () => {
  const start = (folder: string, upstream: Upstream, settings = {}) =>
    startWorkerd(
      { ...KEYED, ...settings, SELF_HOSTED: 'true', OPENAI_API_BASE: upstream.base },
      { stateFolder: folder },
    );

  test('what was admitted durably is held until its term and then booked whole, with nobody asking', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexcode-state-'));
    await using upstream = await startUpstream();
    try {
      upstream.always(() => {});
      const before = await start(folder, upstream, { HOLD_SECONDS: '2' });
      const key = await issue(askerOf(before.url), { budget: { usd: HOLD * 30.5, period: 'total' } });
      const asked = Array.from({ length: 40 }, () => ask(askerOf(before.url), key).catch(() => undefined));
      await eventually(() => expect(upstream.exchanges.length).toBe(30));
      await before.close();
      await Promise.all(asked);
      const after = await start(folder, upstream, { HOLD_SECONDS: '2' });
      try {
        const surface = askerOf(after.url);
        const { left } = await settled(surface, key);
        expect(left.budget?.held).toBe(0);
        expect(left.budget?.spent).toBeCloseTo(30 * HOLD, 9);
        const rows = await rowsOf(surface, key);
        expect(rows.map(({ status }) => status)).toEqual(Array(30).fill('lost'));
        expect(errorOf(await ask(surface, key))).toMatchObject({ code: 'insufficient_quota' });
      } finally {
        await after.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  test('a burst, a kill and another burst get no more than the limit a minute together', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexcode-state-'));
    await using upstream = await startUpstream();
    upstream.always(respond());
    const burst = async (url: string, key: Issued) => {
      const surface = askerOf(url);
      const answers = await Promise.all(Array.from({ length: 30 }, () => ask(surface, key)));
      return answers.filter(({ status }) => status === 200).length;
    };
    try {
      const before = await start(folder, upstream);
      const key = await issue(askerOf(before.url), { rpm: 20, durable: true });
      expect(await burst(before.url, key)).toBe(20);
      await before.close();
      const after = await start(folder, upstream);
      const more = await burst(after.url, key);
      await after.close();
      expect(more).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

describe('where the keys’ object does not answer', () => {
  const broken = (reserve: string) => `
    import app from './index.js';
    import { DurableObject } from 'cloudflare:workers';
    export { BooksObject } from './index.js';
    export default app;
    export class KeyObject extends DurableObject {
      reserve() { ${reserve} }
      announce() { ${reserve} }
      settle() { ${reserve} }
      view() { ${reserve} }
      openCalls() { ${reserve} }
    }`;

  test.each([
    ['throws', 'throw new Error("broken")'],
    ['hangs', 'return new Promise(() => {})'],
  ])(
    'one that %s closes issued keys and nothing else',
    async (_, code) => {
      await using upstream = await startUpstream();
      upstream.always(respond());
      const settings = { ...KEYED, LEDGER: 'true', OPENAI_API_BASE: upstream.base };
      await using server = await startWorkerd(settings, { entry: broken(code) });
      const chat = (token: string) =>
        call(server.url, {
          path: '/v1/chat/completions',
          headers: { ...bearer(token), ...JSON_TYPE },
          body: CHAT_BODY,
        });
      const refused = await chat(makeKey(KEYS_SECRET).value);
      expect(refused.status).toBe(503);
      expect(errorOf(refused).code).toBe('key_service_unavailable');
      expect(refused.head.header('retry-after')).toBe('1');
      expect(upstream.exchanges).toHaveLength(0);
      expect((await chat(API_TOKEN)).status).toBe(200);
      const health = await call(server.url, { path: '/health?deep=1', headers: bearer(API_TOKEN) });
      expect(health.status).toBe(503);
      expect(health.json()).toMatchObject({ ledger: { reachable: false } });
    },
    30_000,
  );
});

test('a made-up key leaves nothing on disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-state-'));
  await using upstream = await startUpstream();
  try {
    const settings = { ...KEYED, OPENAI_API_BASE: upstream.base };
    await using server = await startWorkerd(settings, { stateFolder: folder });
    const before = await readdir(folder, { recursive: true });
    for (let times = 0; times < 20; times++) {
      const other = makeKey('another-secret-of-thirty-two-characters').value;
      const answer = await call(server.url, {
        path: '/v1/chat/completions',
        headers: { ...bearer(other), ...JSON_TYPE },
        body: CHAT_BODY,
      });
      expect(answer.status).toBe(401);
    }
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
