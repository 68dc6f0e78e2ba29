/** Every failure reaches the client in OpenAI's form, with its status and what helps to retry, and names its cure. */
import { expect, test } from 'vitest';
import {
  apiError,
  closeBeforeHead,
  redirect,
  resetBeforeHead,
  respond,
  stall,
  streamBytes,
  tooShort,
} from '../support/answers.ts';
import {
  API_TOKEN,
  bearer,
  CLIENT_KEY,
  errorOf,
  JSON_TYPE,
  OPEN,
  SERVER_KEY,
  type Surface,
  startSurface,
} from '../support/surface.ts';
import { refusingBase } from '../support/upstream.ts';

/** A refusal of the upstream, as chat, as a stream of chat, and as any other call sees it. */
async function refusals(
  surface: Surface,
  body: string | Uint8Array,
  status: number,
  headers: Record<string, string>,
) {
  const ask = (path: string, text: string) => {
    surface.upstream.reply(respond(body, status, headers));
    return surface.ask(path, { headers: { ...JSON_TYPE, ...bearer(CLIENT_KEY) }, body: text });
  };
  return [
    await ask('/v1/chat/completions', '{"model":"m","messages":[]}'),
    await ask('/v1/chat/completions', '{"model":"m","messages":[],"stream":true}'),
    await ask('/v1/embeddings', '{}'),
    await ask('/v1/files/x', ''),
  ];
}

test("an error that has OpenAI's form passes byte for byte with its status", async () => {
  await using surface = await startSurface(OPEN);
  const bodies = [
    apiError('400 bad', 'invalid_request_error', 'x'),
    '{ "error" : {"message":"numeric code","code":400.0, "extra":[1e400, 9223372036854775807]} , "more":null}\r\n\r\n',
    '{"error":{"message":"\\u4f60\\ud83d\\ude00 \u4f60 \u2028","type":null,"param":null,"code":null}}',
    '\n\n  {"error":{"message":"first","message":"second"}}',
    Buffer.from([...Buffer.from('{"error":{"message":"broken utf-8 '), 0xff, 0xfe, ...Buffer.from('"}}')]),
    Buffer.from('\ufeff{"error":{"message":"with a BOM"}}'),
    `{"error":{"message":"long ${'x'.repeat(100_000)}"}}`,
  ];
  for (const [position, body] of bodies.entries()) {
    const status = [400, 401, 403, 404, 409, 422, 429, 500, 503, 529][position] ?? 400;
    for (const answer of await refusals(surface, body, status, JSON_TYPE)) {
      expect(answer.status).toBe(status);
      expect(answer.body.equals(Buffer.from(body))).toBe(true);
      expect(answer.head.header('content-type')).toBe('application/json');
    }
  }
});

interface Wrapped {
  readonly body: string;
  readonly status?: number;
  readonly type?: string;
  readonly message: string;
  readonly code: string | null;
  readonly errorType: string;
  readonly param?: string;
}

const WRAPPED: readonly Wrapped[] = [
  {
    body: '[{"error":{"code":400,"message":"Unknown name","status":"INVALID_ARGUMENT"}}]',
    message: 'Unknown name',
    code: '400',
    errorType: 'invalid_request_error',
  },
  {
    body: '{"object":"error","message":"flat","type":"BadRequestError","param":"model","code":40001}',
    message: 'flat',
    code: '40001',
    errorType: 'BadRequestError',
    param: 'model',
  },
  {
    body: '{"error":"model not found, try pulling it first"}',
    status: 404,
    message: 'model not found, try pulling it first',
    code: null,
    errorType: 'invalid_request_error',
  },
  { body: '"just text"', message: 'just text', code: null, errorType: 'invalid_request_error' },
  {
    body: '{"detail":"Not authenticated"}',
    status: 403,
    message: 'Not authenticated',
    code: null,
    errorType: 'invalid_request_error',
  },
  {
    body: '{"detail":[{"loc":["body","messages",0],"msg":"field required","type":"x"},{"loc":["body"],"msg":"bad"}]}',
    status: 422,
    message: 'body.messages.0: field required; body: bad',
    code: null,
    errorType: 'invalid_request_error',
  },
  {
    body: '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}',
    status: 401,
    message: 'Authentication error',
    code: '10000',
    errorType: 'invalid_request_error',
  },
  {
    body: '<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>',
    status: 502,
    type: 'text/html',
    message: '502 Bad Gateway',
    code: 'upstream_error',
    errorType: 'server_error',
  },
  {
    body: '<p>no\n title</p>',
    status: 500,
    type: 'text/html',
    message: 'no title',
    code: 'upstream_error',
    errorType: 'server_error',
  },
  {
    body: 'Unauthorized',
    status: 401,
    type: 'text/plain',
    message: 'Unauthorized',
    code: 'invalid_api_key',
    errorType: 'invalid_request_error',
  },
  {
    body: 'error code: 1015',
    status: 429,
    type: 'text/plain',
    message: 'error code: 1015',
    code: 'rate_limit_exceeded',
    errorType: 'requests',
  },
  { body: '', status: 500, message: 'status 500', code: 'upstream_error', errorType: 'server_error' },
  { body: '   \n', status: 418, message: 'status 418', code: null, errorType: 'invalid_request_error' },
  { body: '{}', status: 529, message: 'status 529', code: 'upstream_error', errorType: 'server_error' },
  { body: 'null', status: 400, message: 'status 400', code: null, errorType: 'invalid_request_error' },
  { body: '[]', status: 400, message: 'status 400', code: null, errorType: 'invalid_request_error' },
  {
    body: '{"error":{"message":{"deep":1}}}',
    status: 400,
    message: 'status 400',
    code: null,
    errorType: 'invalid_request_error',
  },
  {
    body: '{"error":{"message":"cut',
    status: 500,
    message: '{"error":{"message":"cut',
    code: 'upstream_error',
    errorType: 'server_error',
  },
  {
    body: '{"__proto__":{"error":{"message":"inherited"}}}',
    status: 400,
    message: 'status 400',
    code: null,
    errorType: 'invalid_request_error',
  },
];

test("an error of another form is put into OpenAI's, with its own words and what helps to retry", async () => {
  await using surface = await startSurface(OPEN);
  for (const { body, status = 400, type = 'application/json', message, code, errorType, param } of WRAPPED) {
    const kept = {
      'retry-after': '7',
      'retry-after-ms': '7000',
      'x-should-retry': 'false',
      'x-request-id': 'req_up',
    };
    for (const answer of await refusals(surface, body, status, { 'content-type': type, ...kept })) {
      expect([body, answer.status]).toEqual([body, status]);
      const error = errorOf(answer);
      expect(error.message).toContain(message);
      expect([body, error.type, error.code, error.param]).toEqual([body, errorType, code, param ?? null]);
      for (const [name, value] of Object.entries(kept)) expect(answer.head.header(name)).toBe(value);
    }
  }
});

test('an endless error is cut to what a person can read', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(respond('word '.repeat(1_000_000), 500, { 'content-type': 'text/plain' }));
  const answer = await surface.chat();
  expect(answer.status).toBe(500);
  expect(errorOf(answer).message).toHaveLength(1000);
});

test('an error that breaks off is still an error with its status', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(async (exchange) => {
    await exchange.head(503, { 'content-type': 'text/plain', 'retry-after': '3' }, 1000);
    await exchange.body('overloaded');
    exchange.cut();
  });
  const answer = await surface.chat();
  expect([answer.status, errorOf(answer).message, answer.head.header('retry-after')]).toEqual([
    503,
    'overloaded',
    '3',
  ]);
});

test('an answer to HEAD has the status of the error and no body', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(respond('', 404));
  const relayed = await surface.ask('/v1/files/x', { method: 'HEAD', headers: bearer(CLIENT_KEY) });
  expect([relayed.status, relayed.body.length]).toEqual([404, 0]);
  const own = await surface.ask('/nowhere', { method: 'HEAD' });
  expect([own.status, own.body.length]).toEqual([404, 0]);
});

test('no redirect is followed or relayed', async () => {
  await using surface = await startSurface(OPEN);
  for (const [path, headers, body] of [
    ['/v1/chat/completions', JSON_TYPE, '{"messages":[],"model":"m"}'],
    ['/v1/embeddings', {}, '{}'],
    ['/v1/models/x', {}, undefined],
  ] as const) {
    for (const status of [300, 301, 302, 303, 307, 308]) {
      surface.upstream.reply(redirect(`${surface.upstream.url}/elsewhere`, status));
      const answer = await surface.ask(path, { headers, ...(body === undefined ? {} : { body }) });
      expect(answer.head.header('location')).toBeUndefined();
      if (path === '/v1/models/x') {
        expect([answer.status, errorOf(answer).code]).toEqual([404, 'model_not_found']);
        continue;
      }
      expect([answer.status, errorOf(answer).code]).toEqual([502, 'upstream_error']);
      expect(errorOf(answer).message).toContain('OPENAI_API_BASE');
      expect(answer.head.header('x-should-retry')).toBe('false');
    }
  }
  expect(surface.upstream.exchanges.every(({ request }) => request.path !== '/elsewhere')).toBe(true);
});

test('an upstream that nobody can reach is a 502 that names the setting, and leaves it to the client to try again', async () => {
  await using surface = await startSurface({ ...OPEN, OPENAI_API_BASE: await refusingBase() });
  const generation = await surface.chat();
  expect([generation.status, errorOf(generation).code]).toEqual([502, 'upstream_error']);
  expect(errorOf(generation).message).toContain('Connection error');
  expect(errorOf(generation).message).toContain('OPENAI_API_BASE');
  expect(generation.head.header('x-should-retry')).toBeUndefined();
  const reading = await surface.ask('/v1/files', { headers: bearer(API_TOKEN) });
  expect([reading.status, reading.head.header('x-should-retry')]).toEqual([502, undefined]);
});

test('an upstream that breaks off before its answer is asked once by the gateway', async () => {
  await using surface = await startSurface(OPEN);
  for (const script of [resetBeforeHead, closeBeforeHead]) {
    const before = surface.upstream.exchanges.length;
    surface.upstream.reply(script);
    const answer = await surface.chat();
    expect([answer.status, errorOf(answer).code]).toEqual([502, 'upstream_error']);
    expect(answer.head.header('x-should-retry')).toBeUndefined();
    expect(surface.upstream.exchanges).toHaveLength(before + 1);
  }
});

test('the gateway never repeats a request by itself, whatever the upstream says', async () => {
  await using surface = await startSurface(OPEN);
  for (const status of [408, 409, 429, 500, 502, 503, 504, 529]) {
    const before = surface.upstream.exchanges.length;
    surface.upstream.reply(
      respond(apiError('again?'), status, { ...JSON_TYPE, 'x-should-retry': 'true', 'retry-after': '0' }),
    );
    expect((await surface.chat()).status).toBe(status);
    expect(surface.upstream.exchanges).toHaveLength(before + 1);
  }
});

test('an upstream that is too late is a 504 that names the limit', async () => {
  await using surface = await startSurface({ ...OPEN, UPSTREAM_HEADERS_MS: '50' });
  for (const ask of [() => surface.chat(), () => surface.ask('/v1/embeddings', { body: '{}' })]) {
    surface.upstream.reply(stall);
    const answer = await ask();
    expect([answer.status, errorOf(answer).code]).toEqual([504, 'upstream_timeout']);
    expect(errorOf(answer).message).toContain('UPSTREAM_HEADERS_MS');
    expect(answer.head.header('x-should-retry')).toBe('false');
    expect(await surface.upstream.exchanges.at(-1)?.gone).toMatch(/fin|reset/);
  }
});

test('an answer that is shorter than announced breaks the connection instead of looking whole', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(tooShort('{"object":"list","data":[]}', 5));
  const answer = await surface.ask('/v1/embeddings', { body: '{}' });
  expect(answer.end).not.toBe('complete');
});

test('a path that leads nowhere is a 404 that says where the API lives, and never repeats the path', async () => {
  await using surface = await startSurface(OPEN);
  for (const path of [
    '/nowhere-private',
    '/v2/chat/completions',
    '/chat/completions',
    '/v1x',
    '/api/v1/models',
  ]) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await surface.ask(path, { method });
      expect([path, answer.status]).toEqual([path, 404]);
      const error = errorOf(answer);
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'unknown_url' });
      expect(error.message).toContain('/v1');
      expect(answer.text()).not.toContain('private');
    }
  }
});

test('a known path asked in a way it does not know is a 405 with the ways it knows', async () => {
  await using surface = await startSurface(OPEN);
  const health = await surface.ask('/health', { method: 'POST' });
  expect([health.status, errorOf(health).code, health.head.header('allow')]).toEqual([
    405,
    'method_not_allowed',
    'GET, HEAD',
  ]);
  const trace = await surface.ask('/v1/models', { method: 'TRACE', headers: bearer(CLIENT_KEY) });
  expect([trace.status, errorOf(trace).code]).toEqual([405, 'method_not_allowed']);
  expect(surface.upstream.exchanges).toHaveLength(0);
});

test('a body that is no JSON, of a wrong type or compressed is refused before the upstream is asked', async () => {
  await using surface = await startSurface(OPEN);
  const post = (body: string, headers: Record<string, string | undefined>) =>
    surface.ask('/v1/chat/completions', { method: 'POST', headers, body });
  for (const [headers, status, code] of [
    [{}, 400, 'unsupported_content_type'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 400, 'unsupported_content_type'],
    [{ 'content-type': 'text/plain' }, 400, 'unsupported_content_type'],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 400, 'unsupported_content_type'],
    [{ 'content-type': 'application/jsonp' }, 400, 'unsupported_content_type'],
    [{ ...JSON_TYPE, 'content-encoding': 'gzip' }, 415, 'unsupported_content_encoding'],
    [{ ...JSON_TYPE, 'content-encoding': 'br, gzip' }, 415, 'unsupported_content_encoding'],
  ] as const) {
    const answer = await post('{"model":"m","messages":[]}', headers);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  for (const headers of [
    { 'content-type': 'application/json; charset=utf-8' },
    { 'content-type': 'APPLICATION/JSON' },
    { 'content-type': 'application/vnd.api+json' },
    { ...JSON_TYPE, 'content-encoding': 'identity' },
  ]) {
    expect((await post('{"model":"m","messages":[]}', headers)).status).toBe(200);
  }
});

test('a body larger than the limit is a 413 that names the setting, announced or not', async () => {
  await using surface = await startSurface({ ...OPEN, MAX_BODY_BYTES: '2000' });
  const body = `{"model":"m","messages":["${'x'.repeat(2000)}"]}`;
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  for (const [headers, sent] of [
    [JSON_TYPE, body],
    [{ ...JSON_TYPE, 'transfer-encoding': 'chunked' }, chunked],
  ] as const) {
    const answer = await surface.ask('/v1/chat/completions', { method: 'POST', headers, body: sent });
    expect([answer.status, errorOf(answer).code]).toEqual([413, 'request_too_large']);
    expect(errorOf(answer).message).toContain('MAX_BODY_BYTES');
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  expect((await surface.ask('/v1/embeddings', { headers: JSON_TYPE, body })).status).toBe(200);
  expect(surface.asked.body.toString()).toBe(body);
});

test('an error that quotes a key shows the quote without it, and a placeholder spoils nothing', async () => {
  await using surface = await startSurface({ ...OPEN, OPENAI_API_KEY: 'sk-quo"ted\\key' });
  surface.upstream.reply(
    respond(JSON.stringify({ error: { message: 'Incorrect API key: sk-quo"ted\\key' } }), 401),
  );
  const quoted = await surface.chat();
  expect(quoted.json()).toEqual({ error: { message: 'Incorrect API key: [redacted]' } });
  surface.upstream.reply(respond(`<title>key ${CLIENT_KEY} refused</title>`, 401));
  const own = await surface.chat(bearer(CLIENT_KEY));
  expect(errorOf(own).message).toBe('key [redacted] refused');

  await using keyless = await startSurface({ REQUIRE_AUTH: 'false' });
  const error = apiError('the model e is unknown');
  keyless.upstream.reply(respond(error, 404));
  expect((await keyless.chat(bearer('e'))).text()).toBe(error);
});

test('an error that an upstream reports under a success shows no key either, and is cut to what a person can read', async () => {
  await using surface = await startSurface({ ...OPEN, COMPLETIONS_MODE: 'chat' });
  const error = JSON.stringify({
    error: {
      message: `${'x'.repeat(990)} ${SERVER_KEY} ${'y'.repeat(99_999)}`,
      type: SERVER_KEY,
      code: SERVER_KEY,
    },
  });
  const json = respond(error);
  const stream = streamBytes([`data: ${error}\n\n`]);
  for (const [path, wantsStream, reported] of [
    ['/v1/chat/completions', true, json],
    ['/v1/chat/completions', false, stream],
    ['/v1/completions', true, json],
    ['/v1/completions', true, stream],
    ['/v1/completions', false, json],
    ['/v1/completions', false, stream],
  ] as const) {
    surface.upstream.reply(reported);
    const body = JSON.stringify({
      model: 'm',
      ...(path === '/v1/completions' ? { prompt: 'p' } : { messages: [] }),
      stream: wantsStream,
    });
    const answer = await surface.ask(path, { headers: JSON_TYPE, body });
    expect([path, wantsStream, answer.status]).toEqual([path, wantsStream, 502]);
    const { message, type, code } = errorOf(answer);
    expect(message).toBe(`${'x'.repeat(990)} [redacted`);
    expect([type, code]).toEqual(['[redacted]', '[redacted]']);
  }
});

test('no half of a key is left where a long error is cut', async () => {
  await using surface = await startSurface(OPEN);
  for (const length of [999, 990]) {
    const words = `${'x'.repeat(length)}${SERVER_KEY}`;
    for (const body of [JSON.stringify({ detail: words }), words]) {
      surface.upstream.reply(respond(body, 400));
      expect(errorOf(await surface.chat()).message).not.toContain(SERVER_KEY[0]);
    }
  }
});
