/** What the gateway watches over while a stream passes: silence, and how it ended, for the debug log. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  apiError,
  chatChunk,
  chatStream,
  EVENT_STREAM,
  events,
  stream,
  usageChunk,
} from '../support/answers.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import type { Script } from '../support/upstream.ts';

const ROLE = chatChunk({ role: 'assistant', content: '' });
const HELLO = chatChunk({ content: 'Hello' });

test('an answer of several megabytes that ends early is told to be cut, also when it takes its time', async () => {
  await using relay = await startRelay({});
  const coming = relay.exchange();
  await using call = await relay.open({ stream: true });
  const exchange = await coming;
  await exchange.head(200, EVENT_STREAM);
  const piece = events([chatChunk({ content: 'x'.repeat(100_000) })]);
  for (let sent = 0; sent < 6 * 1024 * 1024; sent += piece.length) await exchange.body(piece);
  // Long enough for the gateway to look at all of this while the answer is still under way.
  const since = performance.now();
  while (performance.now() - since < 2500) {
    await exchange.body(': keep-alive\n\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await exchange.end();
  await call.rest();
  expect(call.text.slice(-300)).toContain('upstream_stream_cut');
});

describe('time limits', () => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await startRelay({ UPSTREAM_IDLE_MS: '800', UPSTREAM_HEADERS_MS: '300' });
  });
  afterAll(() => relay.close());

  test('an upstream that falls silent is given up with one error event, and its connection is closed', async () => {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true });
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(ROLE);
    expect(await call.rest()).toBe('complete');
    const added = call.text.slice(events([ROLE]).length);
    expect(added).toMatch(/^\n\ndata: \{.*\}\n\n$/);
    expect(JSON.parse(added.slice('\n\ndata: '.length))).toEqual({
      error: {
        message: expect.stringContaining('UPSTREAM_IDLE_MS'),
        type: 'server_error',
        param: null,
        code: 'upstream_timeout',
      },
    });
    await exchange.gone;
  });

  test('a stream that is put together for a client that wants JSON and falls silent is a 504', async () => {
    const coming = relay.exchange();
    const asked = relay.ask({});
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(ROLE);
    const answer = await asked;
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({
      error: { message: expect.stringContaining('UPSTREAM_IDLE_MS'), code: 'upstream_timeout' },
    });
    await exchange.gone;
  });

  test('comments keep a silent upstream alive, and the limit for headers ends with them', async () => {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true });
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    const since = performance.now();
    let sent = '';
    while (performance.now() - since < 2000) {
      sent += ': keep-alive\n\n';
      await exchange.body(': keep-alive\n\n');
      await call.until(sent);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const payload of chatStream()) await exchange.event(payload);
    await exchange.end();
    await call.rest();
    expect(call.text).toBe(sent + events(chatStream()));
  });

  test('headers that do not come in time are a 504, and the upstream’s connection is closed', async () => {
    const coming = relay.exchange();
    const answer = await relay.ask({ stream: true });
    expect(answer.status).toBe(504);
    expect(answer.head.header('x-should-retry')).toBe('false');
    expect(answer.json()).toMatchObject({
      error: { type: 'server_error', param: null, code: 'upstream_timeout' },
    });
    await (await coming).gone;
  });
});

describe('the debug log', () => {
  let relay: Relay;
  let taken = 0;
  beforeAll(async () => {
    relay = await startRelay({ DEBUG: 'true', UPSTREAM_IDLE_MS: '300' });
  });
  afterAll(() => relay.close());

  /** The next line on how a stream ended. */
  async function streamEnd(): Promise<unknown> {
    const ends = () => relay.server.log.filter((line) => line.includes('"step":"stream_end"'));
    const line = await vi.waitUntil(() => ends()[taken], { timeout: 10_000 });
    taken += 1;
    return JSON.parse(line);
  }

  test.each<[string, Script, Record<string, unknown>]>([
    [
      'whole, with the usage',
      stream([ROLE, HELLO, chatChunk({}, 'stop'), usageChunk(), '[DONE]']),
      { end: 'whole', events: 5, prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    ],
    ['cut', stream([ROLE, HELLO], 'cut'), { end: 'cut', events: 2 }],
    ['failed', stream([ROLE, apiError('No capacity.'), '[DONE]']), { end: 'failed', events: 3 }],
    ['idle', stream([ROLE, HELLO], 'stall'), { end: 'idle', events: 2 }],
  ])('tells that a stream ended %s, and nothing of what it said', async (_name, script, expected) => {
    relay.upstream.reply(script);
    await relay.ask({ stream: true });
    expect(await streamEnd()).toMatchObject(expected);
    expect(relay.server.log.join('\n')).not.toMatch(/Hello|capacity/);
  });

  test('tells that the client left', async () => {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true });
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(HELLO);
    await call.until('Hello');
    call.connection.reset();
    await exchange.gone;
    expect(await streamEnd()).toMatchObject({ end: 'client_left' });
  });
});
