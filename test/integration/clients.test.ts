/** The official client beyond chat: only its base URL is changed. */
import { randomBytes } from 'node:crypto';
import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  toFile,
  UnprocessableEntityError,
} from 'openai';
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket';
import { afterEach, expect, test, vi } from 'vitest';
import { apiError, closeBeforeHead, respond, streamBytes } from '../support/answers.ts';
import { formOf } from '../support/client-calls.ts';
import { embeddingOf, embeds } from '../support/embedding-model.ts';
import { namedEvent } from '../support/responses-model.ts';
import {
  API_TOKEN,
  CLIENT_KEY,
  CLOSED,
  JSON_TYPE,
  SERVER_KEY,
  type Surface,
  startSurface,
} from '../support/surface.ts';
import { refusingBase } from '../support/upstream.ts';
import { startWebSocketUpstream } from '../support/websocket-upstream.ts';

function clientOf(
  surface: Surface,
  apiKey = CLIENT_KEY,
  options: { maxRetries?: number; organization?: string } = {},
) {
  return new OpenAI({ baseURL: surface.base, apiKey, maxRetries: 0, ...options });
}

const asked = (surface: Surface): unknown => JSON.parse(surface.asked.body.toString());

afterEach(() => {
  vi.unstubAllGlobals();
});

test('models: the list is walked to its end, and one is found with a slash in its name', async () => {
  await using surface = await startSurface(CLOSED);
  const client = clientOf(surface);
  const data = [{ id: 'a/b', object: 'model', created: 1, owned_by: 'x', shutdown_date: '2027-01-01' }];
  surface.upstream.reply(respond(JSON.stringify({ object: 'list', data })));
  const listed = [];
  for await (const model of client.models.list()) listed.push(model);
  expect(listed.map(({ id }) => id)).toEqual(['nexcode', 'a/b']);
  expect(listed[1]).toEqual(data[0]);
  surface.upstream.reply(respond(JSON.stringify(data[0])));
  expect(await client.models.retrieve('a/b')).toEqual(data[0]);
  expect(surface.asked.path).toBe('/v1/models/a%2Fb');
  surface.upstream.reply(respond('{"id":"a/b","object":"model","deleted":true}'));
  expect(await client.models.delete('a/b')).toMatchObject({ deleted: true });
  expect(surface.asked.method).toBe('DELETE');
});

test('embeddings: the client asks for base64 and gets the same numbers', async () => {
  await using surface = await startSurface(CLOSED);
  surface.upstream.reply(embeds);
  const answer = await clientOf(surface, API_TOKEN).embeddings.create({ model: 'e', input: ['x', 'y'] });
  expect(asked(surface)).toMatchObject({ input: ['x', 'y'], encoding_format: 'base64' });
  expect(answer.data.map(({ embedding }) => embedding)).toEqual([embeddingOf(0), embeddingOf(1)]);
});

test('files: an upload arrives byte for byte in its multipart form, and a download likewise', async () => {
  await using surface = await startSurface(CLOSED);
  const client = clientOf(surface);
  const bytes = randomBytes(100_000);
  surface.upstream.reply(respond('{"id":"file-1","object":"file"}'));
  const file = await client.files.create({
    file: await toFile(bytes, '\u4f60\u597d.bin'),
    purpose: 'user_data',
  });
  expect(file.id).toBe('file-1');
  const form = await formOf(surface.asked);
  expect(form).toMatchObject({ name: '\u4f60\u597d.bin', texts: { purpose: 'user_data' } });
  expect(form.bytes.equals(bytes)).toBe(true);

  surface.upstream.reply(respond(bytes, 200, { 'content-type': 'application/octet-stream' }));
  const content = await client.files.content('file-1');
  expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
  surface.upstream.reply(respond('{"id":"file-1","object":"file","deleted":true}'));
  expect(await client.files.delete('file-1')).toMatchObject({ deleted: true });
});

test('files belong to whoever has a key of their own or the token', async () => {
  await using surface = await startSurface({ OPENAI_API_KEY: SERVER_KEY, REQUIRE_AUTH: 'false' });
  await expect(clientOf(surface, 'dummy').files.list()).rejects.toThrow(PermissionDeniedError);
});

test('speech: the sound arrives as it was sent', async () => {
  await using surface = await startSurface(CLOSED);
  const sound = randomBytes(50_000);
  surface.upstream.reply(respond(sound, 200, { 'content-type': 'audio/mpeg' }));
  const answer = await clientOf(surface, API_TOKEN).audio.speech.create({
    model: 'tts',
    voice: 'alloy',
    input: 'hi',
  });
  expect(answer.headers.get('content-type')).toBe('audio/mpeg');
  expect(Buffer.from(await answer.arrayBuffer()).equals(sound)).toBe(true);
});

test('transcriptions: the recording arrives in its form', async () => {
  await using surface = await startSurface(CLOSED);
  surface.upstream.reply(respond('{"text":"hello"}'));
  const answer = await clientOf(surface, API_TOKEN).audio.transcriptions.create({
    model: 'w',
    file: await toFile(Buffer.from('RIFF'), 'a.wav'),
  });
  expect(answer.text).toBe('hello');
  expect(surface.asked.body.toString()).toContain('RIFF');
});

test('moderations: question and answer pass', async () => {
  await using surface = await startSurface(CLOSED);
  const moderation = {
    id: 'modr-1',
    model: 'm',
    results: [{ flagged: false, categories: {}, category_scores: {} }],
  };
  surface.upstream.reply(respond(JSON.stringify(moderation)));
  expect(await clientOf(surface, API_TOKEN).moderations.create({ input: 'x' })).toEqual(moderation);
  expect(asked(surface)).toEqual({ input: 'x' });
});

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output: [
    {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
    },
  ],
};

test('responses: whole and streamed, with the names of their events', async () => {
  await using surface = await startSurface(CLOSED);
  const client = clientOf(surface, API_TOKEN);
  surface.upstream.reply(respond(JSON.stringify(RESPONSE)));
  expect((await client.responses.create({ model: 'm', input: 'x' })).output_text).toBe('Hello');
  surface.upstream.reply(
    streamBytes([
      namedEvent('response.created', {
        sequence_number: 0,
        response: { ...RESPONSE, status: 'in_progress', output: [] },
      }),
      namedEvent('response.output_text.delta', {
        sequence_number: 1,
        item_id: 'i',
        output_index: 0,
        content_index: 0,
        delta: 'Hel',
      }),
      namedEvent('response.output_text.delta', {
        sequence_number: 2,
        item_id: 'i',
        output_index: 0,
        content_index: 0,
        delta: 'lo',
      }),
      namedEvent('response.completed', { sequence_number: 3, response: RESPONSE }),
    ]),
  );
  const seen: string[] = [];
  let text = '';
  for await (const event of await client.responses.create({ model: 'm', input: 'x', stream: true })) {
    seen.push(event.type);
    if (event.type === 'response.output_text.delta') text += event.delta;
  }
  expect(seen).toEqual([
    'response.created',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.completed',
  ]);
  expect(text).toBe('Hello');
});

test('responses: a stream that breaks off is raised by the client', async () => {
  await using surface = await startSurface(CLOSED);
  surface.upstream.reply(
    streamBytes([namedEvent('response.created', { sequence_number: 0, response: RESPONSE })]),
  );
  const seen: string[] = [];
  const read = async () => {
    for await (const event of await clientOf(surface, API_TOKEN).responses.create({
      model: 'm',
      input: 'x',
      stream: true,
    }))
      seen.push(event.type);
  };
  await expect(read()).rejects.toThrow(/broke off/);
  expect(seen).toEqual(['response.created']);
});

test('images: a stream of partial images passes', async () => {
  await using surface = await startSurface(CLOSED);
  surface.upstream.reply(
    streamBytes([
      namedEvent('image_generation.partial_image', { b64_json: 'QQ==' }),
      namedEvent('image_generation.completed', { b64_json: 'Qg==' }),
    ]),
  );
  const seen: string[] = [];
  for await (const event of await clientOf(surface, API_TOKEN).images.generate({
    model: 'gpt-image-1',
    prompt: 'x',
    stream: true,
  }))
    seen.push(event.type);
  expect(seen).toEqual(['image_generation.partial_image', 'image_generation.completed']);
});

test('realtime: a session over a WebSocket, with the key where a browser must put it', async () => {
  // The client insists on wss, which a loopback server without a certificate has not.
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(String(url).replace(/^wss:/, 'ws:'), protocols);
      }
    },
  );
  await using upstream = await startWebSocketUpstream();
  await using surface = await startSurface({ ...CLOSED, OPENAI_API_BASE: upstream.base });
  for (const [token, key] of [
    [CLIENT_KEY, CLIENT_KEY],
    [API_TOKEN, SERVER_KEY],
  ] as const) {
    const session = new OpenAIRealtimeWebSocket({ model: 'gpt-realtime' }, clientOf(surface, token));
    const server = await upstream.socket();
    expect(server.handshake.url).toBe('/v1/realtime?model=gpt-realtime');
    expect(server.handshake.headers.authorization).toBe(`Bearer ${key}`);
    expect(server.handshake.headers['sec-websocket-protocol']).toBe('realtime');
    const created = new Promise((resolve) => session.on('session.created', resolve));
    session.socket.addEventListener('open', () => session.send({ type: 'response.create' }));
    expect(await server.next()).toEqual({ kind: 'text', text: '{"type":"response.create"}' });
    server.send({ kind: 'text', text: '{"type":"session.created","event_id":"e","session":{}}' });
    expect(await created).toMatchObject({ type: 'session.created' });
    session.close({ code: 1000, reason: 'done' });
    expect(await server.next()).toEqual({ kind: 'close', code: 1000, reason: 'done' });
  }
});

const CLASSES = [
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [413, APIError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
  [500, InternalServerError],
  [503, InternalServerError],
  [529, InternalServerError],
] as const;

test('an error of any status is raised as its class, with everything in it', async () => {
  await using surface = await startSurface(CLOSED);
  const client = clientOf(surface);
  for (const [status, kind] of CLASSES) {
    const body = JSON.stringify({
      error: { message: `no ${status}`, type: 'some_type', param: 'input', code: 'some_code' },
    });
    for (const call of [
      () => client.embeddings.create({ model: 'e', input: 'x' }),
      () => client.chat.completions.create({ model: 'm', messages: [] }),
      () => client.chat.completions.create({ model: 'm', messages: [], stream: true }),
      () => client.responses.create({ model: 'm', input: 'x', stream: true }),
    ]) {
      surface.upstream.reply(respond(body, status, { ...JSON_TYPE, 'x-request-id': 'req_up' }));
      const error = await call().catch((raised: unknown) => raised);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({
        status,
        message: `${status} no ${status}`,
        type: 'some_type',
        param: 'input',
        code: 'some_code',
        requestID: 'req_up',
      });
    }
  }
});

test('whatever form an upstream gives its errors, the client shows its words', async () => {
  await using surface = await startSurface(CLOSED);
  const client = clientOf(surface);
  for (const [status, type, body, message] of [
    [502, 'text/html', '<html><title>502 Bad Gateway</title></html>', '502 502 Bad Gateway'],
    [401, 'text/plain', 'who are you?', '401 who are you?'],
    [500, 'text/plain', '', '500 The upstream refused the request with status 500 and gave no reason.'],
    [
      400,
      'application/json',
      '[{"error":{"code":400,"message":"Gemini says no","status":"INVALID_ARGUMENT"}}]',
      '400 Gemini says no',
    ],
    [404, 'application/json', '{"error":"pull it first"}', '404 pull it first'],
    [422, 'application/json', '{"detail":[{"loc":["body","n"],"msg":"too big"}]}', '422 body.n: too big'],
  ] as const) {
    surface.upstream.reply(respond(body, status, { 'content-type': type }));
    await expect(client.chat.completions.create({ model: 'm', messages: [] })).rejects.toMatchObject({
      status,
      message,
    });
  }
});

test("the gateway's own refusals are raised as their classes", async () => {
  await using surface = await startSurface(CLOSED);
  const create = (client: OpenAI) => client.chat.completions.create({ model: 'm', messages: [] });
  await expect(create(clientOf(surface, 'wrong'))).rejects.toMatchObject({
    status: 401,
    code: 'invalid_api_key',
  });
  await expect(create(clientOf(surface, 'wrong'))).rejects.toThrow(AuthenticationError);
  await expect(
    new OpenAI({ baseURL: surface.url, apiKey: CLIENT_KEY, maxRetries: 0 }).models.list(),
  ).rejects.toThrow(NotFoundError);
  await using away = await startSurface({ ...CLOSED, OPENAI_API_BASE: await refusingBase() });
  const refused = clientOf(away, API_TOKEN, { maxRetries: 2 });
  await expect(create(refused)).rejects.toMatchObject({ status: 502, code: 'upstream_error' });
});

test('the client retries what it may, and the gateway adds nothing of its own', async () => {
  await using surface = await startSurface(CLOSED);
  const client = clientOf(surface, CLIENT_KEY, { maxRetries: 2 });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    surface.upstream.reply(respond(apiError('slow down'), 429, { ...JSON_TYPE, 'retry-after-ms': '1' }));
  }
  await expect(client.embeddings.create({ model: 'e', input: 'x' })).rejects.toThrow(RateLimitError);
  expect(
    surface.upstream.exchanges.map(({ request }) => request.head.header('x-stainless-retry-count')),
  ).toEqual(['0', '1', '2']);

  surface.upstream.reply(respond(apiError('no use'), 500, { ...JSON_TYPE, 'x-should-retry': 'false' }));
  await expect(client.embeddings.create({ model: 'e', input: 'x' })).rejects.toThrow(InternalServerError);
  expect(surface.upstream.exchanges).toHaveLength(4);

  // A connection that failed before the answer: the client asks again, as it would on a direct line.
  surface.upstream.reply(closeBeforeHead);
  surface.upstream.reply(
    respond('{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"e"}'),
  );
  const { data } = await client.embeddings.create({ model: 'e', input: 'x' });
  expect(data).toHaveLength(1);
  expect(surface.upstream.exchanges).toHaveLength(6);
});

test('request ids, limits and the account are where the client looks for them', async () => {
  await using surface = await startSurface(CLOSED);
  const client = clientOf(surface, CLIENT_KEY, { organization: 'org-1' });
  const headers = {
    ...JSON_TYPE,
    'x-request-id': 'req_up',
    'x-ratelimit-remaining-requests': '59',
    'openai-processing-ms': '12',
  };
  surface.upstream.reply(respond('{"id":"modr-1","model":"m","results":[]}', 200, headers));
  const { data, response, request_id } = await client.moderations.create({ input: 'x' }).withResponse();
  expect(request_id).toBe('req_up');
  expect(data).toMatchObject({ _request_id: 'req_up' });
  expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('59');
  expect(response.headers.get('openai-processing-ms')).toBe('12');
  expect(surface.asked.head.header('openai-organization')).toBe('org-1');
  surface.upstream.reply(respond('{"id":"modr-1","model":"m","results":[]}'));
  expect(await client.moderations.create({ input: 'x' })).toMatchObject({
    _request_id: expect.stringMatching(/^req_[0-9a-f]{32}$/),
  });
});
