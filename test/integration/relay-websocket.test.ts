/** WebSockets through the gateway: handshake, keys in subprotocols, messages and close codes. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { respond } from '../support/answers.ts';
import { startGateway } from '../support/gateway.ts';
import {
  API_TOKEN,
  bearer,
  CLIENT_KEY,
  CLOSED,
  errorOf,
  OPEN,
  SERVER_KEY,
  startSurface,
} from '../support/surface.ts';
import { startWebSocketUpstream } from '../support/websocket-upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const KEY_PROTOCOL = 'openai-insecure-api-key.';
const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};

async function open(base: string, options: WebSocketInit, path = '/realtime?model=gpt-realtime&a=1&a=2') {
  const socket = new WebSocket(`${base.replace('http', 'ws')}${path}`, options);
  socket.binaryType = 'arraybuffer';
  await once(socket, 'open');
  return socket;
}

interface WebSocketInit {
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
}

async function message(socket: WebSocket): Promise<unknown> {
  const [event] = await once(socket, 'message');
  return event.data;
}

for (const [runtime, start] of [
  ['Miniflare', startGateway],
  ['bare workerd', startWorkerd],
] as const) {
  test(`texts, bytes and the reason for closing pass both ways (${runtime})`, async () => {
    await using upstream = await startWebSocketUpstream();
    await using gateway = await start({ ...OPEN, OPENAI_API_BASE: upstream.base });
    const client = await open(gateway.base, { headers: bearer(CLIENT_KEY) });
    const server = await upstream.socket();
    expect(server.handshake.url).toBe('/v1/realtime?model=gpt-realtime&a=1&a=2');
    expect(server.handshake.headers.authorization).toBe(`Bearer ${CLIENT_KEY}`);

    client.send('{"type":"session.update","text":"\u4f60\ud83d\ude00"}');
    expect(await server.next()).toEqual({
      kind: 'text',
      text: '{"type":"session.update","text":"\u4f60\ud83d\ude00"}',
    });
    client.send(Uint8Array.of(0, 255, 128));
    expect(await server.next()).toEqual({ kind: 'binary', bytes: Buffer.of(0, 255, 128) });
    const long = 'x'.repeat(60_000);
    client.send(long);
    expect(await server.next()).toEqual({ kind: 'text', text: long });

    const text = message(client);
    server.send({ kind: 'text', text: '{"type":"session.created"}' });
    expect(await text).toBe('{"type":"session.created"}');
    const bytes = message(client);
    server.send({ kind: 'binary', bytes: Buffer.of(1, 2, 3) });
    expect(await bytes).toEqual(Uint8Array.of(1, 2, 3).buffer);

    const closed = once(client, 'close');
    server.send({ kind: 'close', code: 4001, reason: 'session expired' });
    const [event] = await closed;
    expect([event.code, event.reason]).toEqual([4001, 'session expired']);
  });
}

test('the code and the reason with which the client closes reach the upstream', async () => {
  await using upstream = await startWebSocketUpstream();
  await using gateway = await startWorkerd({ ...OPEN, OPENAI_API_BASE: upstream.base });
  const client = await open(gateway.base, {});
  const server = await upstream.socket();
  client.close(3007, 'enough');
  expect(await server.next()).toEqual({ kind: 'close', code: 3007, reason: 'enough' });
});

test("a browser's key among the subprotocols pays, and travels as Authorization alone", async () => {
  await using upstream = await startWebSocketUpstream();
  await using gateway = await startWorkerd({ ...CLOSED, OPENAI_API_BASE: upstream.base });
  for (const [token, key] of [
    [CLIENT_KEY, CLIENT_KEY],
    [API_TOKEN, SERVER_KEY],
  ]) {
    const client = await open(gateway.base, {
      protocols: [
        'realtime',
        `${KEY_PROTOCOL}${token}`,
        'openai-organization.org-1',
        'openai-project.proj-1',
        'openai-beta.realtime-v1',
      ],
    });
    const { handshake } = await upstream.socket();
    expect(client.protocol).toBe('realtime');
    expect(handshake.headers.authorization).toBe(`Bearer ${key}`);
    expect(handshake.headers['sec-websocket-protocol']).toBe(
      token === API_TOKEN
        ? 'realtime, openai-beta.realtime-v1'
        : 'realtime, openai-organization.org-1, openai-project.proj-1, openai-beta.realtime-v1',
    );
    expect(JSON.stringify(handshake.rawHeaders)).not.toContain('insecure');
    client.close();
  }
});

test('an open server pays for a placeholder key, which does not travel', async () => {
  await using upstream = await startWebSocketUpstream();
  await using gateway = await startWorkerd({ ...OPEN, OPENAI_API_BASE: upstream.base });
  const client = await open(gateway.base, {
    protocols: ['realtime', `${KEY_PROTOCOL}dummy`, `${KEY_PROTOCOL}second`],
  });
  const { handshake } = await upstream.socket();
  expect(handshake.headers.authorization).toBe(`Bearer ${SERVER_KEY}`);
  expect(handshake.headers['sec-websocket-protocol']).toBe('realtime');
  client.close();
});

test("the answer to a handshake carries the upstream's API headers and ours, and no cookie", async () => {
  await using upstream = await startWebSocketUpstream();
  await using surface = await startSurface({ ...OPEN, OPENAI_API_BASE: upstream.base });
  const { status, head } = await surface.ask('/v1/realtime', { headers: HANDSHAKE });
  expect(status).toBe(101);
  expect(head.header('openai-version')).toBe('2020-10-01');
  expect(head.header('x-nexcode-credentials')).toBe('server');
  expect(head.header('x-request-id')).toMatch(/^req_/);
  expect(head.header('set-cookie')).toBeUndefined();
});

test('a handshake without a right to it is refused before the upstream hears of it', async () => {
  await using closed = await startSurface(CLOSED);
  const none = await closed.ask('/v1/realtime', { headers: HANDSHAKE });
  expect([none.status, errorOf(none).code]).toEqual([401, 'invalid_api_key']);
  await using open = await startSurface(OPEN);
  for (const headers of [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example', 'sec-websocket-protocol': `realtime, ${KEY_PROTOCOL}dummy` },
  ]) {
    const foreign = await open.ask('/v1/realtime', { headers: { ...HANDSHAKE, ...headers } });
    expect([foreign.status, errorOf(foreign).code]).toEqual([403, 'cross_origin_refused']);
  }
  const responses = await open.ask('/v1/responses', { headers: HANDSHAKE });
  expect([responses.status, errorOf(responses).code]).toEqual([403, 'endpoint_not_allowed']);
});

test('the cookie of the page opens a WebSocket from the page alone', async () => {
  await using upstream = await startWebSocketUpstream();
  await using surface = await startSurface({ ...CLOSED, OPENAI_API_BASE: upstream.base });
  const login = await surface.ask('/session', {
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token: API_TOKEN }),
  });
  const cookie = login.head.header('set-cookie')?.split(';')[0];
  const ask = (origin: string) => surface.ask('/v1/realtime', { headers: { ...HANDSHAKE, origin, cookie } });
  expect((await ask('https://evil.example')).status).toBe(401);
  expect((await ask(surface.url)).status).toBe(101);
  expect((await upstream.socket()).handshake.headers.cookie).toBeUndefined();
});

test("an upstream that does not upgrade is an error in OpenAI's form", async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(respond('{}'));
  const plain = await surface.ask('/v1/realtime', { headers: HANDSHAKE });
  expect([plain.status, errorOf(plain).code]).toEqual([502, 'upstream_error']);
  surface.upstream.reply(respond('{"error":{"message":"model_not_found"}}', 404));
  const refused = await surface.ask('/v1/realtime', { headers: HANDSHAKE });
  expect([refused.status, refused.text()]).toEqual([404, '{"error":{"message":"model_not_found"}}']);
});

test('a POST that asks for an upgrade keeps its body and is answered as a POST', async () => {
  await using surface = await startSurface(OPEN);
  const answer = await surface.ask('/v1/embeddings', { headers: HANDSHAKE, body: '{"input":"x"}' });
  expect(answer.status).toBe(200);
  expect(surface.asked).toMatchObject({ method: 'POST' });
  expect(surface.asked.body.toString()).toBe('{"input":"x"}');
});
