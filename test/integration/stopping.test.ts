import { expect, test } from 'vitest';
import { chatChunk, EVENT_STREAM } from '../support/answers.ts';
import { type Gateway, type GatewaySettings, startGateway } from '../support/gateway.ts';
import { connect, type RequestParts, statusOf } from '../support/http.ts';
import { chatCall, type OpenCall, openCall } from '../support/relay.ts';
import { type Exchange, startUpstream, type Upstream } from '../support/upstream.ts';

/** A gateway that gives answers under way little time. */
async function stoppable(upstream: Upstream, settings: GatewaySettings = {}): Promise<Gateway> {
  return startGateway({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: 'server-key-of-the-tests',
    API_TOKEN: 'token-of-the-tests-of-stopping',
    REQUIRE_AUTH: 'false',
    SHUTDOWN_GRACE_MS: '300',
    ...settings,
  });
}

/** The upstream's side of the next call. */
function nextExchange(upstream: Upstream): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  upstream.reply(resolve);
  return promise;
}

/** A call whose answer has begun with the text `first`, and stays open. */
async function openStream(gateway: Gateway, upstream: Upstream, request: RequestParts): Promise<OpenCall> {
  const begun = nextExchange(upstream);
  const open = await openCall(gateway.url, request);
  const exchange = await begun;
  await exchange.head(200, EVENT_STREAM);
  await exchange.event(chatChunk({ content: 'first' }));
  await open.until('first');
  return open;
}

test('a stream that outlasts the time ends in the error event and without [DONE]', async () => {
  await using upstream = await startUpstream();
  await using gateway = await stoppable(upstream);
  const open = await openStream(gateway, upstream, chatCall({ stream: true }));
  await gateway.stop();
  expect(await open.rest()).toBe('complete');
  expect(open.text).toMatch(/"code":"server_stopping"\}\}\n\n$/);
  expect(open.text).not.toContain('[DONE]');
});

test.each([
  [
    'the assistant',
    '/v1/chat/completions',
    { model: 'nexcode', messages: [{ role: 'user', content: 'Hi' }] },
  ],
  ['a translated completion', '/v1/completions', { prompt: 'Hi' }],
  ['a stream of named events', '/v1/responses', { input: 'Hi', store: false }],
  ['a translated response', '/v1/responses', { model: 'chat/m', input: 'Hi' }],
])('%s that outlasts the time ends in the error event too', async (_, path, members) => {
  await using upstream = await startUpstream();
  await using gateway = await stoppable(upstream, {
    COMPLETIONS_MODE: 'chat',
    UPSTREAMS: { chat: { base: upstream.base, responses: 'chat' } },
  });
  const open = await openStream(gateway, upstream, {
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer token-of-the-tests-of-stopping',
    },
    body: JSON.stringify({ model: 'gpt-test', stream: true, ...members }),
  });
  await gateway.stop();
  expect(await open.rest()).toBe('complete');
  expect(open.text).toContain('server_stopping');
  expect(open.text).not.toContain('[DONE]');
});

test('a waiting answer that outlasts the time gets 503, and is not to be repeated unasked', async () => {
  await using upstream = await startUpstream();
  await using gateway = await stoppable(upstream);
  const begun = nextExchange(upstream);
  const client = await connect(gateway.url);
  await client.request(chatCall({}));
  await begun;
  const [answer] = await Promise.all([client.answer(), gateway.stop()]);
  expect(answer.status).toBe(503);
  expect(answer.json()).toMatchObject({ error: { code: 'server_stopping' } });
  expect(answer.head.header('retry-after')).toBe('5');
  expect(answer.head.header('x-should-retry')).toBe('false');
});

test('a native body under way comes to its end', async () => {
  await using upstream = await startUpstream();
  await using gateway = await stoppable(upstream, { SHUTDOWN_GRACE_MS: '100000' });
  const begun = nextExchange(upstream);
  const headers = { authorization: 'Bearer token-of-the-tests-of-stopping' };
  const open = await openCall(gateway.url, { method: 'GET', path: '/v1/files/f/content', headers });
  const exchange = await begun;
  await exchange.head(200, { 'content-type': 'application/octet-stream' }, 10);
  await exchange.body('first');
  await open.until('first');
  const idle = await connect(gateway.url);
  await idle.request({ path: '/health' });
  await idle.answer();
  const stopped = gateway.stop();
  // Idle connections are closed when the runtime drains: the Worker sees no answer under way any more.
  await idle.ended;
  await exchange.body('last.');
  await exchange.end();
  expect(await open.rest()).toBe('complete');
  expect(open.text).toBe('firstlast.');
  await stopped;
  expect(gateway.log).toEqual([]);
});

test('an idle server stops without waiting, and is not started again', async () => {
  await using upstream = await startUpstream();
  await using gateway = await stoppable(upstream, { SHUTDOWN_GRACE_MS: '3600000' });
  await gateway.stop();
  await expect(connect(gateway.url)).rejects.toThrow('ECONNREFUSED');
  expect(gateway.log).toEqual([]);
});

test.each([{}, { 'x-nexcode-stop': '' }, { 'x-nexcode-stop': 'guessed' }])(
  'nobody without the secret of this start stops the server: %o',
  async (headers) => {
    await using upstream = await startUpstream();
    await using gateway = await stoppable(upstream);
    const client = await connect(gateway.url);
    await client.request({ method: 'POST', path: '/internal/stop', headers });
    expect(statusOf(await client.head())).toBe(404);
    const other = await connect(gateway.url);
    await other.request({ path: '/health' });
    expect(statusOf(await other.head())).toBe(200);
  },
);
