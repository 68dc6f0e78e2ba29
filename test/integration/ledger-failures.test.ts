/** The ledger's objects that die or do not answer, in bare workerd: nothing that was promised is lost. */
import { expect, test } from 'vitest';
import { chatChunk, EVENT_STREAM, respond, usageChunk } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { call } from '../support/http.ts';
import { issue, KEYED, rowsOf, settled } from '../support/keys.ts';
import { chatCall, openCall } from '../support/relay.ts';
import { API_TOKEN, askerOf, bearer, CHAT_BODY, JSON_TYPE } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

/** The Worker with a path that ends an object as an exception of the runtime would, and everything in its memory. */
const MORTAL = `
  import app from './index.js';
  import { KeyObject as Key } from './index.js';
  export { BooksObject } from './index.js';
  export default {
    async fetch(request, env, context) {
      const name = new URL(request.url).searchParams.get('end');
      if (name === null) return app.fetch(request, env, context);
      await env.KEY_OBJECTS.getByName(name).end().catch(() => {});
      return new Response('ended');
    },
  };
  export class KeyObject extends Key {
    end() { this.ctx.abort('ended by the test'); }
  }`;

/** The Worker with objects that fail so many settlements, and with whatever else is said. */
const failing = (times: number) => `
  import app from './index.js';
  import { KeyObject as Key } from './index.js';
  export { BooksObject } from './index.js';
  export default app;
  let left = ${times};
  export class KeyObject extends Key {
    async settle(settlements) {
      left -= 1;
      if (left >= 0) throw new Error('broken');
      return super.settle(settlements);
    }
  }`;

test('an object that dies alone while fifty streams run books each of them once, exactly', async () => {
  await using upstream = await startUpstream();
  const release = Promise.withResolvers<void>();
  upstream.always(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(chatChunk({ content: 'Hi' }));
    await release.promise;
    await exchange.event(chatChunk({}, 'stop'));
    await exchange.event(usageChunk());
    await exchange.event('[DONE]');
    await exchange.end();
  });
  const settings = { ...KEYED, SELF_HOSTED: 'true', HOLD_SECONDS: '5', OPENAI_API_BASE: upstream.base };
  await using server = await startWorkerd(settings, { entry: MORTAL });
  const surface = askerOf(server.url);
  const cap = 1;
  const key = await issue(surface, { budget: { usd: cap } });
  const streams = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const stream = await openCall(server.url, chatCall({ stream: true }, bearer(key.value)));
      await stream.until('Hi');
      return stream;
    }),
  );
  const balance = async () => {
    const answer = await surface.ask('/v1/key', { headers: bearer(key.value) });
    const { left, open_calls: open } = answer.json() as {
      left: { budget: { spent: number; held: number } };
      open_calls: number;
    };
    return { ...left.budget, open };
  };
  await eventually(async () => expect((await balance()).open).toBe(50));
  const before = await balance();
  const object = `key:${key.id.replace('key_', '')}`;
  await surface.ask(`/?end=${object}`);
  // What was admitted stands on disk: the object that begins anew holds as much as the one that died.
  expect(await balance()).toEqual(before);
  expect(before.spent + before.held).toBeLessThanOrEqual(cap);
  release.resolve();
  for (const stream of streams) {
    await stream.rest();
    expect(stream.text).toContain('[DONE]');
    await stream[Symbol.asyncDispose]();
  }
  const { left } = await settled(surface, key);
  expect(left.budget?.held).toBe(0);
  expect(left.budget?.spent).toBeCloseTo(50 * 0.000009, 9);
  const rows = await rowsOf(surface);
  expect(new Set(rows.map(({ cursor }) => cursor)).size).toBe(50);
  expect(rows.map(({ status, estimated }) => [status, estimated])).toEqual(Array(50).fill(['whole', false]));
}, 60_000);

test('a row is tried again where its object did not answer, and stands there once', async () => {
  await using upstream = await startUpstream();
  upstream.always(respond());
  const settings = { ...KEYED, SELF_HOSTED: 'true', LEDGER: 'true', OPENAI_API_BASE: upstream.base };
  await using server = await startWorkerd(settings, { entry: failing(1) });
  const surface = askerOf(server.url);
  const chat = await surface.ask('/v1/chat/completions', {
    headers: { ...bearer(API_TOKEN), ...JSON_TYPE },
    body: CHAT_BODY,
  });
  expect(chat.status).toBe(200);
  const rows = await eventually(async () => {
    const found = await rowsOf(surface);
    expect(found.map(({ status }) => status)).toEqual(['whole']);
    return found;
  });
  expect(rows).toMatchObject([{ key: 'token', prompt_tokens: 5, completion_tokens: 2 }]);
  const health = await call(server.url, { path: '/health?deep=1', headers: bearer(API_TOKEN) });
  expect(health.json()).toMatchObject({ ledger: { reachable: true, open_calls: 0, lost_rows: 0 } });
}, 30_000);

test('a row that no try could hand over is in the log and in the deep health, and the call was served', async () => {
  await using upstream = await startUpstream();
  upstream.always(respond());
  const settings = { ...KEYED, SELF_HOSTED: 'true', LEDGER: 'true', OPENAI_API_BASE: upstream.base };
  await using server = await startWorkerd(settings, { entry: failing(1000) });
  const surface = askerOf(server.url);
  const chat = await surface.ask('/v1/chat/completions', {
    headers: { ...bearer(API_TOKEN), ...JSON_TYPE },
    body: CHAT_BODY,
  });
  expect(chat.status).toBe(200);
  const line = await eventually(() => {
    const found = server.log.find((each) => each.includes('ledger_lost'));
    if (found === undefined) throw new Error('The row is not in the log yet.');
    return found;
  });
  expect(line).toContain('"prompt":5');
  expect(line).not.toContain(API_TOKEN);
  const health = await call(server.url, { path: '/health?deep=1', headers: bearer(API_TOKEN) });
  expect(health.json()).toMatchObject({ ledger: { lost_rows: 1, open_calls: 1 } });
}, 40_000);
