/** Which headers pass in each direction, and which never do. */
import { expect, test } from 'vitest';
import {
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  respond,
  streamBytes,
} from '../support/answers.ts';
import { startGateway } from '../support/gateway.ts';
import { bearer, CLIENT_KEY, OPEN, startSurface } from '../support/surface.ts';
import type { MessageHead } from '../support/wire.ts';

const TRAVELS = {
  accept: 'application/json',
  'accept-language': 'zh-CN',
  'user-agent': 'OpenAI/JS 7.57.0',
  'idempotency-key': 'idem-1',
  'x-client-request-id': 'mine-1',
  'openai-beta': 'assistants=v2, realtime=v1',
  'x-stainless-lang': 'js',
  'x-stainless-retry-count': '2',
  'x-stainless-new-next-year': '1',
  'http-referer': 'https://app.example',
  'x-title': 'App',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
} as const;

const STAYS = {
  cookie: 'a=b',
  'proxy-authorization': 'Basic x',
  'proxy-connection': 'keep-alive',
  'keep-alive': 'timeout=5',
  te: 'trailers',
  trailer: 'x-checksum',
  upgrade: 'h2c',
  'accept-encoding': 'gzip',
  forwarded: 'for=1.2.3.4;host=evil',
  'x-forwarded-for': '1.2.3.4',
  'x-forwarded-host': 'evil',
  'x-forwarded-proto': 'http',
  'x-real-ip': '1.2.3.4',
  via: '1.1 x',
  'cf-connecting-ip': '1.2.3.4',
  'cf-ray': 'ray',
  'cf-ipcountry': 'XX',
  'cdn-loop': 'cloudflare',
  'mf-cf-blob': '{}',
  'mf-anything': 'x',
  origin: 'http://localhost',
  referer: 'https://chat.example/secret-path',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  'sec-ch-ua': 'x',
  'api-key': CLIENT_KEY,
  'x-api-key': CLIENT_KEY,
  'x-request-id': 'theirs',
  'x-should-retry': 'true',
  'x-nexcode-credentials': 'server',
  'x-unheard-of': 'x',
  priority: 'u=1',
} as const;

const names = (head: MessageHead) => head.rawHeaders.map(([name]) => name.toLowerCase());

for (const [runtime, start] of [
  ['Miniflare', startGateway],
  ['bare workerd', undefined],
] as const) {
  test(`only what an API client has to say reaches the upstream (${runtime})`, async () => {
    await using surface = await startSurface({ ...OPEN, LOCAL_SERVER: 'true' }, start);
    for (const ask of [
      () => surface.chat({ ...TRAVELS, ...STAYS, ...bearer(CLIENT_KEY) }),
      () =>
        surface.ask('/v1/embeddings', {
          headers: { ...TRAVELS, ...STAYS, ...bearer(CLIENT_KEY) },
          body: 'x',
        }),
    ]) {
      expect((await ask()).status).toBe(200);
      const { head } = surface.asked;
      for (const [name, value] of Object.entries(TRAVELS))
        expect([name, head.header(name)]).toEqual([name, value]);
      expect(head.header('authorization')).toBe(`Bearer ${CLIENT_KEY}`);
      expect(head.header('host')).toBe(new URL(surface.upstream.url).host);
      // The runtime itself names the Worker to whom it asks, on Cloudflare as here.
      expect(
        names(head).filter((name) => name in STAYS || (/^(cf|mf)-/.test(name) && name !== 'cf-worker')),
      ).toEqual([]);
      expect(JSON.stringify(head.rawHeaders)).not.toContain('evil');
    }
  });
}

test('what the client names in Connection is meant for the gateway alone', async () => {
  await using surface = await startSurface(OPEN);
  await surface.chat({
    connection: 'keep-alive, OpenAI-Beta,x-stainless-lang , authorization',
    ...TRAVELS,
    ...bearer(CLIENT_KEY),
  });
  expect(names(surface.asked.head)).not.toContain('openai-beta');
  expect(names(surface.asked.head)).not.toContain('x-stainless-lang');
  expect(surface.asked.head.header('x-stainless-retry-count')).toBe('2');
  expect(surface.asked.head.header('authorization')).toBe(`Bearer ${CLIENT_KEY}`);
});

const ARRIVES = {
  'x-request-id': 'req_upstream',
  'openai-organization': 'org-x',
  'openai-processing-ms': '123',
  'openai-version': '2020-10-01',
  'openai-model': 'gpt-test',
  'openai-new-next-year': '1',
  'x-ratelimit-limit-requests': '100',
  'x-ratelimit-remaining-tokens': '149984',
  'x-ratelimit-reset-tokens': '6m0s',
  'anthropic-ratelimit-requests-remaining': '5',
  'retry-after': '20',
  'retry-after-ms': '20000',
  'x-should-retry': 'true',
  'content-disposition': 'attachment; filename="a.json"',
  etag: '"e"',
  'x-generation-id': 'gen-1',
} as const;

const KEPT_BACK = {
  'set-cookie': '__cf_bm=secret; HttpOnly',
  'cf-ray': 'ray-fra',
  'cf-cache-status': 'DYNAMIC',
  'alt-svc': 'h3=":443"',
  'strict-transport-security': 'max-age=1',
  server: 'cloudflare',
  via: '1.1 upstream',
  'x-powered-by': 'x',
  'access-control-allow-origin': 'https://evil.example',
  'access-control-allow-credentials': 'true',
  'content-security-policy': 'x',
  'www-authenticate': 'Basic realm=upstream',
  'proxy-authenticate': 'Basic',
  'keep-alive': 'timeout=5',
  trailer: 'x',
  location: 'https://elsewhere.example/',
  refresh: '0; url=https://elsewhere.example',
  link: '<https://elsewhere.example>; rel=preload',
  'clear-site-data': '"*"',
  nel: '{}',
  'report-to': '{}',
  'x-nexcode-answer': 'forged',
  'x-unheard-of': 'x',
} as const;

test('only what an API client reads comes back, on whole answers, streams, refusals, lists and any other call', async () => {
  await using surface = await startSurface(OPEN);
  const headers = { ...ARRIVES, ...KEPT_BACK };
  const json = { ...headers, 'content-type': 'application/json' };
  const answers = [];
  surface.upstream.reply(respond(chatCompletion(), 200, json));
  answers.push(await surface.chat());
  surface.upstream.reply(async (exchange) => {
    await exchange.head(200, { ...headers, ...EVENT_STREAM });
    await exchange.body(events(chatStream()));
    await exchange.end();
  });
  answers.push(
    await surface.ask('/v1/chat/completions', {
      headers: { 'content-type': 'application/json' },
      body: '{"messages":[],"model":"m","stream":true}',
    }),
  );
  surface.upstream.reply(
    respond('{"error":{"message":"no","type":"x","param":null,"code":null}}', 429, json),
  );
  answers.push(await surface.chat());
  surface.upstream.reply(respond('<html>', 503, { ...headers, 'content-type': 'text/html' }));
  answers.push(await surface.chat());
  surface.upstream.reply(respond('{"object":"list","data":[]}', 200, json));
  answers.push(await surface.ask('/v1/models'));
  surface.upstream.reply(respond('{}', 200, json));
  answers.push(await surface.ask('/v1/embeddings', { body: '{}' }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 503, 200, 200]);
  for (const [position, { head }] of answers.entries()) {
    for (const [name, value] of Object.entries(ARRIVES)) {
      if (position === 4 && name === 'etag') expect(head.header(name)).toBeUndefined();
      else expect([position, name, head.header(name)]).toEqual([position, name, value]);
    }
    // The gateway's own policy stands there instead of the upstream's.
    expect(head.header('content-security-policy')).toBe(
      "sandbox; default-src 'none'; frame-ancestors 'none'",
    );
    const others = names(head).filter((name) => name !== 'content-security-policy');
    expect(others.filter((name) => name in KEPT_BACK)).toEqual([]);
  }
});

test('what the upstream names in Connection does not come back', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(async (exchange) => {
    await exchange.raw(
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nopenai-model: m\r\nopenai-version: v\r\nconnection: close, OpenAI-Model\r\ncontent-length: 2\r\n\r\n{}',
    );
    exchange.cut();
  });
  const { head } = await surface.ask('/v1/embeddings', { body: '{}' });
  expect([head.header('openai-model'), head.header('openai-version')]).toEqual([undefined, 'v']);
});

test('every answer has a request id, the payer and the time it took', async () => {
  await using surface = await startSurface(OPEN);
  const ids = new Set<string | undefined>();
  for (const path of ['/v1/models', '/v1/files', '/v1/nowhere', '/health', '/session', '/nowhere', '/v1/%']) {
    const { head } = await surface.ask(path, { headers: { 'x-request-id': 'from-the-client' } });
    expect(head.header('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    ids.add(head.header('x-request-id'));
    expect(head.header('x-nexcode-credentials')).toMatch(/^(client|server|none)$/);
    expect(head.header('server-timing')).toMatch(/^gateway;dur=\d+(\.\d)?(, upstream;dur=\d+(\.\d)?)?$/);
  }
  expect(ids.size).toBe(7);
  expect((await surface.chat()).head.header('server-timing')).toContain('upstream;dur=');
});

test('a compressed answer reaches the client decoded and unbroken', async () => {
  const { gzipSync } = await import('node:zlib');
  await using surface = await startSurface(OPEN);
  const packed = gzipSync(chatCompletion());
  surface.upstream.reply(
    respond(packed, 200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
  );
  const answer = await surface.ask('/v1/embeddings', { body: '{}' });
  expect(answer.head.header('content-encoding')).toBeUndefined();
  expect(answer.text()).toBe(chatCompletion());
  expect(answer.end).toBe('complete');
  surface.upstream.reply(
    respond(gzipSync('{"error":{"message":"packed"}}'), 400, { 'content-encoding': 'gzip' }),
  );
  const refusal = await surface.chat();
  expect(refusal.json()).toEqual({ error: { message: 'packed' } });
  expect(refusal.head.header('content-encoding')).toBeUndefined();
});

test('an event stream tells proxies to hold nothing back', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(streamBytes([events(chatStream())]));
  const { head } = await surface.ask('/v1/responses', {
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(head.header('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(head.header('cache-control')).toBe('no-cache, no-transform');
  expect(head.header('x-accel-buffering')).toBe('no');
});
