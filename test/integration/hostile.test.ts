/** Input that wants to break, confuse or misuse the gateway. After each attempt the next good request must work. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { chatCompletion, respond } from '../support/answers.ts';
import { startGateway } from '../support/gateway.ts';
import { type Answer, connect } from '../support/http.ts';
import {
  API_TOKEN,
  bearer,
  CLIENT_KEY,
  errorOf,
  JSON_TYPE,
  OPEN,
  type Surface,
  startSurface,
} from '../support/surface.ts';
import type { Exchange } from '../support/upstream.ts';
import { PeerGoneError } from '../support/wire.ts';

const SERVER = { ...OPEN, MAX_BODY_BYTES: String(8 * 1024 * 1024) };

/** The gateway is as well as before. */
async function expectWell(surface: Surface): Promise<void> {
  const answer = await surface.chat(bearer(CLIENT_KEY));
  expect([answer.status, answer.text()]).toEqual([200, chatCompletion()]);
}

function post(
  surface: Surface,
  body: string | Uint8Array,
  headers: Record<string, string> = JSON_TYPE,
): Promise<Answer> {
  return surface.ask('/v1/chat/completions', { method: 'POST', headers, body });
}

/** Sends exact bytes on a connection of their own; `undefined` when it was closed without an answer. */
async function raw(surface: Surface, bytes: string | Uint8Array): Promise<Answer | undefined> {
  await using client = await connect(surface.url);
  await client.send(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes).catch(() => undefined);
  client.finish();
  return await client.answer().catch(() => undefined);
}

const HEAD = `Host: localhost\r\nAuthorization: Bearer ${CLIENT_KEY}\r\n`;

test("a body that is no JSON object is a 400 in OpenAI's form and goes nowhere", async () => {
  await using surface = await startSurface(SERVER);
  for (const body of [
    '{bad json',
    '',
    ' ',
    '[]',
    '"x"',
    'null',
    'true',
    '1',
    'NaN',
    '{"a":NaN}',
    "{'a':1}",
    '{"a":1,}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":"\u0001"}',
    '{"a":"\\x"}',
    '{"messages":[]}{"messages":[]}',
    '{"messages":[]} x',
    '// c\n{"messages":[]}',
    '{"messages":[',
    '\u0000',
    '{"messages":[]}\u0000',
    '[[[[',
    '{"":',
    '[{"messages":[]}]',
    'undefined',
    '<xml/>',
    'messages=[]',
  ]) {
    const answer = await post(surface, body);
    expect([body, answer.status]).toEqual([body, 400]);
    expect(errorOf(answer).code).toMatch(/^invalid_(json|type)$/);
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  await expectWell(surface);
});

test('a member of a wrong type is named with what it should be', async () => {
  await using surface = await startSurface(SERVER);
  for (const [body, param, code] of [
    ['{}', 'messages', 'missing_required_parameter'],
    ['{"messages":null}', 'messages', 'invalid_type'],
    ['{"messages":{}}', 'messages', 'invalid_type'],
    ['{"messages":"hi"}', 'messages', 'invalid_type'],
    ['{"messages":[],"stream":"true"}', 'stream', 'invalid_type'],
    ['{"messages":[],"stream":1}', 'stream', 'invalid_type'],
    ['{"messages":[],"model":5}', 'model', 'invalid_type'],
    ['{"messages":[],"model":["a"]}', 'model', 'invalid_type'],
    ['{"__proto__":{"messages":[]}}', 'messages', 'missing_required_parameter'],
    ['{"constructor":{"prototype":{"messages":[]}}}', 'messages', 'missing_required_parameter'],
  ] as const) {
    const answer = await post(surface, body);
    expect([body, answer.status]).toEqual([body, 400]);
    expect(errorOf(answer)).toMatchObject({ param, code, type: 'invalid_request_error' });
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  await expectWell(surface);
});

test('odd but valid JSON passes byte for byte', async () => {
  await using surface = await startSurface(SERVER);
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const deepObjects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const invalid = Buffer.concat([
    Buffer.from('{"model":"m","messages":[{"content":"'),
    Buffer.of(0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80),
    Buffer.from('"}]}'),
  ]);
  for (const body of [
    Buffer.from(`{"model":"m","messages":[${deep}]}`),
    Buffer.from(`{"model":"m","messages":[],"x":${deepObjects}}`),
    Buffer.from('{"model":"m","messages":[],"messages":[1],"model":"n","stream":true,"stream":false}'),
    Buffer.from(
      '{"model":"m","messages":[],"__proto__":{"stream":true},"constructor":1,"toString":null,"hasOwnProperty":0}',
    ),
    Buffer.from('{"model":"m","messages":[],"seed":9223372036854775807,"t":1.0,"h":1e400,"m":-0}'),
    Buffer.from('{"\\u006dodel":"m","messages":["\\ud800","\\u0000"]}'),
    Buffer.from('\t\r\n {"model":"m","messages":[]}\r\n\r\n'),
    Buffer.from('\ufeff{"model":"m","messages":[]}'),
    Buffer.from(
      `{"model":"m","messages":[],${Array.from({ length: 20_000 }, (_, at) => `"k${at}":${at}`).join(',')}}`,
    ),
    invalid,
  ]) {
    const answer = await post(surface, body);
    expect([body.subarray(0, 60).toString(), answer.status]).toEqual([body.subarray(0, 60).toString(), 200]);
    expect(surface.asked.body.equals(body)).toBe(true);
  }
  await expectWell(surface);
});

test('a default is added to odd JSON without touching another byte', async () => {
  await using surface = await startSurface({ ...SERVER, OPENAI_MODEL: 'gpt-default' });
  const rest = Buffer.concat([
    Buffer.from('"messages":["'),
    Buffer.of(0xff),
    Buffer.from('\\"}{"],"seed":9223372036854775807,"messages":[1.0] }\r\n'),
  ]);
  await post(surface, Buffer.concat([Buffer.from('\ufeff {'), rest]));
  expect(
    surface.asked.body.equals(Buffer.concat([Buffer.from('\ufeff {"model":"gpt-default",'), rest])),
  ).toBe(true);
  await post(surface, '{"__proto__":{"model":"x"},"messages":[]}');
  expect(surface.asked.body.toString()).toBe(
    '{"model":"gpt-default","__proto__":{"model":"x"},"messages":[]}',
  );
  await post(surface, '{"model":null,"messages":[],"model":""}');
  expect(surface.asked.body.toString()).toBe('{"model":"gpt-default","messages":[],"model":"gpt-default"}');
});

test('other encodings than UTF-8 are refused, not guessed', async () => {
  await using surface = await startSurface(SERVER);
  const json = '{"model":"m","messages":[]}';
  const utf16be = Buffer.from(`\ufeff${json}`, 'utf16le').swap16();
  for (const [body, headers] of [
    [Buffer.from(json, 'utf16le'), { 'content-type': 'application/json; charset=utf-16le' }],
    [Buffer.from(`\ufeff${json}`, 'utf16le'), JSON_TYPE],
    [utf16be, JSON_TYPE],
    [gzipSync(json), JSON_TYPE],
    [Buffer.alloc(1000, 0xff), JSON_TYPE],
  ] as const) {
    const answer = await post(surface, body, headers);
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'invalid_json']);
  }
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'GZIP', 'x-bomb']) {
    const answer = await post(surface, gzipSync(json), { ...JSON_TYPE, 'content-encoding': encoding });
    expect([encoding, answer.status, errorOf(answer).code]).toEqual([
      encoding,
      415,
      'unsupported_content_encoding',
    ]);
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  const packed = gzipSync('{}');
  await surface.ask('/v1/embeddings', {
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
    body: packed,
  });
  expect(surface.asked.head.header('content-encoding')).toBe('gzip');
  expect(surface.asked.body.equals(packed)).toBe(true);
  await expectWell(surface);
});

test('a hundred megabytes are refused before they are read, announced or not', async () => {
  await using surface = await startSurface(SERVER);
  await using announced = await connect(surface.url);
  await announced.send(
    `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 104857600\r\n\r\n{`,
  );
  const early = await announced.answer();
  expect([early.status, errorOf(early).code]).toEqual([413, 'request_too_large']);

  await using chunked = await connect(surface.url);
  await chunked.send(
    `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const outcome = chunked.answer().then(
    (answer) => [answer.status, errorOf(answer).code],
    // Bytes that are still under way when the server closes make TCP reset the connection; that can overtake the answer.
    (error: unknown) => (error instanceof PeerGoneError ? 'reset' : Promise.reject(error)),
  );
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 0x20), Buffer.from('\r\n')]);
  let sent = 0;
  let done = false;
  const finished = outcome.finally(() => {
    done = true;
  });
  while (!done && sent < 100) {
    await Promise.race([chunked.send(chunk).catch(() => undefined), finished]);
    sent += 1;
  }
  expect([[413, 'request_too_large'], 'reset']).toContainEqual(await outcome);
  expect(sent).toBeLessThan(100);
  expect(surface.upstream.exchanges).toHaveLength(0);
  await expectWell(surface);
});

test('a length that lies is a refusal or a closed connection, and nothing is asked upstream', async () => {
  await using surface = await startSurface(SERVER);
  const start = `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\n`;
  const json = '{"model":"m","messages":[]}';
  for (const [request, status] of [
    [`${start}Content-Length: 1000\r\n\r\n${json}`, 400],
    [`${start}Content-Length: 3\r\n\r\n${json}`, 400],
    [`${start}Content-Length: -1\r\n\r\n${json}`, 400],
    [`${start}Content-Length: 99999999999999999999\r\n\r\n${json}`, 400],
    [`${start}Content-Length: 0x1b\r\n\r\n${json}`, 400],
    [`${start}Content-Length: 27\r\nContent-Length: 3\r\n\r\n${json}`, 400],
    [`${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n${json}\r\n0\r\n\r\n`, 400],
    [`${start}Transfer-Encoding: chunked\r\n\r\n1b\r\n${json}`, 400],
    [`${start}Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(20)}\r\n`, 400],
    [`${start}\r\n${json}`, 400],
  ] as const) {
    const answer = await raw(surface, request);
    expect([request.slice(start.length), answer?.status]).toEqual([request.slice(start.length), status]);
  }
  const cut = await raw(surface, `${start}Content-Length: 1000\r\n\r\n${json}`);
  if (cut === undefined) throw new Error('The connection was closed without an answer.');
  expect(errorOf(cut)).toMatchObject({ code: 'incomplete_body', type: 'invalid_request_error' });
  expect(surface.upstream.exchanges).toHaveLength(0);
  await expectWell(surface);
});

test('two requests cannot be smuggled as one', async () => {
  await using surface = await startSurface(SERVER);
  const inner = `POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`;
  for (const framing of [
    `Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
    `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `Transfer-Encoding: xchunked\r\n\r\n`,
    `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  ]) {
    await raw(surface, `POST /v1/files HTTP/1.1\r\n${HEAD}${framing}${inner}`);
  }
  for (const { request } of surface.upstream.exchanges) {
    expect(request.body.toString()).not.toContain('HTTP/1.1');
    expect(
      request.head.header('content-length') !== undefined &&
        request.head.header('transfer-encoding') !== undefined,
    ).toBe(false);
  }
  await expectWell(surface);
});

test('an upload that comes byte by byte asks nobody before it is whole, and keeps nobody else waiting', async () => {
  await using surface = await startSurface(SERVER);
  await using slow = await connect(surface.url);
  const body = '{"model":"m","messages":[]}';
  await slow.send(
    `POST /v1/chat/completions HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  for (const byte of body.slice(0, -1)) await slow.send(byte);
  await expectWell(surface);
  expect(surface.upstream.exchanges).toHaveLength(1);
  await slow.send(body.slice(-1));
  expect((await slow.answer()).status).toBe(200);
  expect(surface.asked.body.toString()).toBe(body);
});

test('a client that breaks off before the answer stops the upstream, however its body was framed', async () => {
  await using surface = await startSurface(SERVER);
  const json = '{"model":"m","messages":[]}';
  for (const [path, framed] of [
    ['/v1/chat/completions', `Content-Length: 27\r\n\r\n${json}`],
    ['/v1/chat/completions', `Transfer-Encoding: chunked\r\n\r\n1b\r\n${json}\r\n0\r\n\r\n`],
    ['/v1/embeddings', `Transfer-Encoding: chunked\r\n\r\n1b\r\n${json}\r\n0\r\n\r\n`],
  ] as const) {
    const reached = Promise.withResolvers<Exchange>();
    surface.upstream.reply(reached.resolve);
    const client = await connect(surface.url);
    await client.send(`POST ${path} HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\n${framed}`);
    const exchange = await reached.promise;
    client.reset();
    expect([path, framed.slice(0, 9), await exchange.gone]).toEqual([
      path,
      framed.slice(0, 9),
      expect.stringMatching(/fin|reset/),
    ]);
    await client[Symbol.asyncDispose]();
  }
  await expectWell(surface);
});

test('an upload by somebody who may not is refused before it has come', async () => {
  await using surface = await startSurface({ ...SERVER, REQUIRE_AUTH: 'true' });
  for (const path of ['/v1/chat/completions', '/v1/files']) {
    await using client = await connect(surface.url);
    await client.send(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{`,
    );
    expect((await client.answer()).status).toBe(401);
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
});

for (const [runtime, start] of [
  ['Miniflare', startGateway],
  ['bare workerd', undefined],
] as const) {
  test(`a client that waits for "100 Continue" may send its two megabytes (${runtime})`, async () => {
    await using surface = await startSurface(SERVER, start);
    const body = `{"model":"m","messages":["${'x'.repeat(2 * 1024 * 1024)}"]}`;
    for (const path of ['/v1/chat/completions', '/v1/files']) {
      const answer = await surface.ask(path, {
        headers: { ...JSON_TYPE, ...bearer(CLIENT_KEY), expect: '100-continue' },
        body,
      });
      expect([path, answer.status]).toEqual([path, 200]);
      expect(surface.asked.body.toString()).toBe(body);
    }
  });
}

test('header floods are served or refused, never the end of the gateway', async () => {
  await using surface = await startSurface(SERVER);
  const many = Array.from({ length: 3000 }, (_, at) => `X-${at}: ${at}\r\n`).join('');
  for (const [flood, arrives] of [
    [`X-Big: ${'a'.repeat(70 * 1024)}\r\n`, 0],
    [many, 0],
    [`Cookie: ${'a=b; '.repeat(10_000)}\r\n`, 0],
    [`X-Api-Key: ${'k'.repeat(60_000)}\r\n`, 0],
    [`Connection: ${'x-a, '.repeat(10_000)}\r\n`, 0],
    [`Sec-WebSocket-Protocol: ${'p, '.repeat(10_000)}\r\n`, 0],
    [`X-Stainless-Big: ${'a'.repeat(40_000)}\r\n`, 40_000],
  ] as const) {
    const answer = await raw(surface, `GET /v1/files HTTP/1.1\r\n${HEAD}${flood}\r\n`);
    expect(answer?.status).toBe(200);
    expect(Math.max(...surface.asked.head.rawHeaders.map(([, value]) => value.length))).toBe(
      Math.max(arrives, `Bearer ${CLIENT_KEY}`.length),
    );
  }
  await raw(surface, `GET /v1/files HTTP/1.1\r\n${HEAD}X-Huge: ${'a'.repeat(2 * 1024 * 1024)}\r\n\r\n`);
  await raw(surface, `GET /v1/${'a'.repeat(1024 * 1024)} HTTP/1.1\r\n${HEAD}\r\n`);
  await expectWell(surface);
});

test('nothing can be injected into the request that goes upstream', async () => {
  await using surface = await startSurface(SERVER);
  const injections = [
    '\r\nX-Evil: 1',
    '\nX-Evil: 1',
    '\rX-Evil: 1',
    '\0X-Evil: 1',
    '\r\n X-Evil: 1',
    '\u0085X-Evil: 1',
    '\x0bX-Evil: 1',
    '%0d%0aX-Evil: 1',
  ];
  for (const injection of injections) {
    for (const request of [
      `GET /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-x${injection}\r\n\r\n`,
      `GET /v1/files HTTP/1.1\r\n${HEAD}OpenAI-Beta: a${injection}\r\n\r\n`,
      `GET /v1/files HTTP/1.1\r\n${HEAD}User-Agent: a${injection}\r\nX-Title: ${injection}\r\n\r\n`,
      `GET /v1/files?a=${injection.replaceAll(' ', '')} HTTP/1.1\r\n${HEAD}\r\n`,
      `GET /v1/files/${injection.replaceAll(' ', '')} HTTP/1.1\r\n${HEAD}\r\n`,
      `GET /v1/files HTTP/1.1${injection}\r\n${HEAD}\r\n`,
    ]) {
      await raw(surface, request);
    }
  }
  const encodings = [
    '%0d%0aX-Evil:%201',
    '%0D%0A%0D%0AGET%20/v1/evil',
    '%E5%98%8A%E5%98%8DX-Evil:1',
    '%00',
    '%0aX-Evil:1',
  ];
  for (const encoded of encodings) {
    await surface.ask(`/v1/files/${encoded}?x=${encoded}`, { headers: bearer(CLIENT_KEY) });
    await surface.ask(`/v1/models/${encoded}`, { headers: bearer(CLIENT_KEY) });
  }
  expect(surface.upstream.exchanges.length).toBeGreaterThan(10);
  for (const { request } of surface.upstream.exchanges) {
    expect(request.head.rawHeaders.filter(([name]) => name.toLowerCase() === 'x-evil')).toEqual([]);
    expect(request.head.startLine).toMatch(/^GET \/v1\/[\x21-\x7e]* HTTP\/1\.1$/);
    expect(request.path.split('?')[0]).not.toMatch(/%0[0ad]/i);
  }
  await expectWell(surface);
});

test('credentials of strange bytes are carried or refused, never mended into something else', async () => {
  await using surface = await startSurface(SERVER);
  for (const key of [
    'sk-\u4f60\u597d',
    'sk-\u00e9',
    'sk-"quoted"',
    'sk-\\',
    "sk-';DROP_TABLE--",
    'sk-$(x)',
    `sk-${'k'.repeat(4000)}`,
  ]) {
    const answer = await raw(
      surface,
      Buffer.from(`GET /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`),
    );
    expect(answer?.status).toBe(200);
    expect(Buffer.from(surface.asked.head.header('authorization') ?? '', 'latin1').toString()).toBe(
      `Bearer ${key}`,
    );
  }
  for (const several of ['sk-a b', 'sk-a, sk-b', `${CLIENT_KEY}, Bearer x`]) {
    const answer = await raw(
      surface,
      `GET /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${several}\r\n\r\n`,
    );
    expect([several, answer?.status]).toEqual([several, 403]);
  }
  await raw(
    surface,
    Buffer.concat([
      Buffer.from(`GET /v1/files HTTP/1.1\r\n${HEAD}X-Title: `),
      Buffer.of(0xff, 0xfe, 0x80),
      Buffer.from('\r\n\r\n'),
    ]),
  );
  await expectWell(surface);
});

test('two tokens in one header are not the token', async () => {
  await using surface = await startSurface({ ...SERVER, REQUIRE_AUTH: 'true' });
  for (const lines of [
    `Authorization: Bearer ${API_TOKEN}\r\nAuthorization: Bearer ${API_TOKEN}\r\n`,
    `Authorization: Bearer ${API_TOKEN}, Bearer x\r\n`,
    `Authorization: Bearer x ${API_TOKEN}\r\n`,
    `X-Api-Key: ${API_TOKEN}\r\nX-Api-Key: x\r\n`,
    `Authorization: Bearer\u00a0${API_TOKEN}\r\n`,
  ]) {
    expect((await raw(surface, `GET /v1/models HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`))?.status).toBe(
      401,
    );
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
});

test('no spelling of a path leaves /v1 or reaches what is closed', async () => {
  await using surface = await startSurface(SERVER);
  for (const path of [
    '/v1/%2e%2e/x',
    '/v1/..%2f',
    '/v1/..%2fadmin',
    '/v1/..%5cadmin',
    '/v1/%2e%2e%2f%2e%2e',
    '/v1/../x',
    '/v1/a/../../x',
    '/v1/./../x',
    '/v1\\..\\x',
    '/../v1/../x',
    '/v1/..;/x',
    '/v1/..;a=b/x',
    '/v1/%00',
    '/v1/files%00',
    '/v1/%0a',
    '/v1/%7f',
    '/v1/%c2%80',
    '/v1/%c0%ae%c0%ae/x',
    '/v1/%e0%80%af',
    '/v1/%ff',
    '/v1/%',
    '/v1/%1',
    '/v1/%zz',
    '/v1/%u002e%u002e/x',
    '/V1/files',
    '/%76%31/../x',
    '/v1x',
    '/v1%2ffiles',
    '/v1%5cfiles',
    '/',
    '/index.php',
    '/.env',
    '/.dev.vars',
    '/cdn-cgi/trace',
    '/v1/a%2F..%2Forganization',
    '/v1/a%2f%2e%2e%2forganization',
  ]) {
    const answer = await raw(surface, `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`);
    expect([path, answer?.status]).toEqual([path, 404]);
    expect(answer?.text()).toContain('unknown_url');
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  for (const path of [
    '/v1/files',
    '/v1//files',
    '//v1/files',
    '///v1///files///',
    '/v1\\files',
    '\\v1\\files',
    '/./v1/./files',
    '/x/../v1/files',
    '/%76%31/f%69les',
    '/v1/x/%2e%2e/files',
  ]) {
    const answer = await raw(surface, `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`);
    if (path.startsWith('\\')) expect([path, answer?.status]).toEqual([path, 400]);
    else
      expect([path, answer?.status, surface.asked.path]).toEqual([
        path,
        200,
        path.endsWith('/') ? '/v1/files/' : '/v1/files',
      ]);
  }
  await expectWell(surface);
});

test('a target that names another server reaches the upstream of the settings', async () => {
  await using surface = await startSurface({ ...SERVER, LOCAL_SERVER: 'true' });
  for (const target of [
    'http://evil.example/v1/files',
    'https://evil.example:1/v1/files',
    'http://user:pass@evil.example/v1/files',
    'HTTP://evil.example/v1/files',
    'ftp://evil.example/v1/files',
    '//evil.example/../v1/files',
  ]) {
    const answer = await raw(surface, `GET ${target} HTTP/1.1\r\n${HEAD}\r\n`);
    for (const { request } of surface.upstream.exchanges) {
      expect(request.head.header('host')).toBe(new URL(surface.upstream.url).host);
      expect(request.path).toBe('/v1/files');
    }
    expect([target, answer === undefined || answer.status < 500]).toEqual([target, true]);
    const foreign = await raw(
      surface,
      `GET http://localhost/v1/files HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${CLIENT_KEY}\r\n\r\n`,
    );
    expect(foreign?.status).toBe(403);
  }
  for (const target of ['*', 'v1/files', 'localhost:8000', '', '?', '#', 'javascript:alert(1)']) {
    const answer = await raw(surface, `GET ${target} HTTP/1.1\r\n${HEAD}\r\n`);
    expect([target, answer === undefined || answer.status === 400 || answer.status === 404]).toEqual([
      target,
      true,
    ]);
  }
  await expectWell(surface);
});

test('HTTP of other versions, methods nobody knows and lines that are no HTTP are refused or served, and the next request works', async () => {
  await using surface = await startSurface(SERVER);
  for (const [request, status] of [
    [`GET /v1/files HTTP/1.0\r\n${HEAD}\r\n`, 200],
    [`GET /v1/files HTTP/3.0\r\n${HEAD}\r\n`, 400],
    [`GET /v1/files\r\n\r\n`, 400],
    [`GET  /v1/files HTTP/1.1\r\n${HEAD}\r\n`, 400],
    [`GET /v1/files HTTP/1.1\r\n\r\n`, 400],
    [`GET /v1/files HTTP/1.0\r\n\r\n`, 400],
    [`GET /v1/files HTTP/1.1\r\nHost:\r\n\r\n`, 400],
    [`FOO /v1/files HTTP/1.1\r\n${HEAD}\r\n`, 501],
    [`get /v1/files HTTP/1.1\r\n${HEAD}\r\n`, 501],
    [`TRACK /v1/files HTTP/1.1\r\n${HEAD}\r\n`, 501],
    [`TRACE /v1/files HTTP/1.1\r\n${HEAD}\r\n`, 405],
    [`TRACE /v1/chat/completions HTTP/1.1\r\n${HEAD}\r\n`, 405],
    [`TRACE /health HTTP/1.1\r\n${HEAD}\r\n`, 405],
    [`GET /v1/files HTTP/1.1\r\n${HEAD} folded: x\r\n\r\n`, 400],
    [`GET /v1/files HTTP/1.1\r\n${HEAD}no colon\r\n\r\n`, 400],
    [`GET /v1/files HTTP/1.1\r\n${HEAD}sp ace: x\r\n\r\n`, 400],
    [`\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03`, undefined],
    [`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, undefined],
    ['\r\n\r\n\r\n\r\n', undefined],
    ['\0\0\0\0', undefined],
    ['GET / HTTP/1.1\r\nHost: x', undefined],
  ] as const) {
    const answer = await raw(surface, request);
    if (status !== undefined)
      expect([request.slice(0, 40), answer?.status]).toEqual([request.slice(0, 40), status]);
    else
      expect([request.slice(0, 40), answer === undefined || answer.status >= 400]).toEqual([
        request.slice(0, 40),
        true,
      ]);
    await expectWell(surface);
  }
  expect(surface.upstream.exchanges.some(({ request }) => request.method === 'TRACE')).toBe(false);
});

const HOSTS = [undefined, 'localhost', 'evil.example', 'localhost, evil.example'];
const ORIGINS = [undefined, 'http://localhost', 'http://evil.example', 'null'];
const SITES = [undefined, 'same-origin', 'same-site', 'cross-site', 'none'];

test('in every combination of host, origin and site only the own page and programs are served for free', async () => {
  await using surface = await startSurface({ ...SERVER, LOCAL_SERVER: 'true' });
  for (const host of HOSTS) {
    for (const origin of ORIGINS) {
      for (const site of SITES) {
        const before = surface.upstream.exchanges.length;
        const { status } = await surface.chat({ host: host ?? 'localhost', origin, 'sec-fetch-site': site });
        const local = host === undefined || host === 'localhost';
        const own =
          (origin === undefined || origin === 'http://localhost') &&
          site !== 'cross-site' &&
          site !== 'same-site';
        expect([host, origin, site, status]).toEqual([host, origin, site, local && own ? 200 : 403]);
        expect(surface.upstream.exchanges.length - before).toBe(local && own ? 1 : 0);
      }
    }
  }
});

test('many bad requests on one connection do not spoil the good ones between them', async () => {
  await using surface = await startSurface(SERVER);
  await using client = await connect(surface.url);
  for (let round = 0; round < 20; round += 1) {
    await client.request({ path: '/v1/chat/completions', headers: JSON_TYPE, body: '{bad' });
    expect((await client.answer()).status).toBe(400);
    await client.request({ path: '/v1/%00', headers: bearer(CLIENT_KEY) });
    expect((await client.answer()).status).toBe(404);
    await client.request({ path: '/v1/embeddings', headers: bearer(CLIENT_KEY), body: `{"round":${round}}` });
    expect((await client.answer()).status).toBe(200);
    expect(surface.asked.body.toString()).toBe(`{"round":${round}}`);
  }
});

test('an upstream that answers nonsense is an error, not the end of the gateway', async () => {
  await using surface = await startSurface(SERVER);
  for (const bytes of [
    '',
    '\r\n\r\n',
    'nonsense',
    'HTTP/1.1 200\r\n',
    'HTTP/1.1 abc OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n',
    'HTTP/9.9 200 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\nbad header\r\n\r\n',
    '\0'.repeat(1000),
  ]) {
    surface.upstream.reply(async (exchange) => {
      await exchange.raw(bytes);
      exchange.cut();
    });
    const answer = await surface.chat();
    expect([bytes, answer.status, errorOf(answer).code]).toEqual([bytes, 502, 'upstream_error']);
  }
  for (const [body, type] of [
    ['{"choices":', 'application/json'],
    ['', 'text/event-stream'],
    ['data: [[[[\n\n', 'text/event-stream'],
    ['<html>', 'text/html'],
  ] as const) {
    surface.upstream.reply(respond(body, 200, { 'content-type': type }));
    expect(
      (
        await surface.ask('/v1/chat/completions', {
          headers: JSON_TYPE,
          body: '{"model":"m","messages":[],"stream":true}',
        })
      ).end,
    ).toBe('complete');
  }
  await expectWell(surface);
});
