/** The same bytes through the gateway and straight at the upstream: what came, and what the upstream was sent. */
import { describe, expect, test } from 'vitest';
import { chatCompletion, chatStream, EVENT_STREAM, events, respond } from '../support/answers.ts';
import type { GatewaySettings } from '../support/gateway.ts';
import { type Answer, call, connect } from '../support/http.ts';
import { bearer, CHAT_BODY, CLIENT_KEY, errorOf, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';
import type { RecordedRequest } from '../support/upstream.ts';
import { startUpstream } from '../support/upstream.ts';

/** The named headers of a request, as it reached the upstream. */
function sent({ head }: RecordedRequest, names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, head.header(name)]));
}

describe('headers', () => {
  const STEERING = {
    'x-session-affinity': 'a',
    'x-session-id': 'b',
    'session-id': 'c',
    session_id: 'd',
    'thread-id': 'e',
    'x-codex-turn-state': 'f',
    'x-grok-conv-id': 'g',
    'conversation-id': 'h',
    'x-dynamo-session-id': 'i',
    'x-codex-turn-metadata': 'j',
    'x-codex-window-id': 'k',
    'x-openai-subagent': 'l',
    originator: 'codex_cli_rs',
    'x-grok-turn-idx': 'm',
    'x-claude-code-agent-id': 'n',
    'x-kilocode-taskid': 'o',
    'x-openwebui-chat-id': 'p',
    'x-sessionid': 'q',
    'x-conversation-uuid': 'r',
    'x-dashscope-session-cache': 'enable',
    'x-b3-traceid': 's',
    'sentry-trace': 't',
    'x-amzn-trace-id': 'u',
    'if-none-match': '"etag"',
    'if-range': '"etag"',
    range: 'bytes=0-3',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'anthropic-version': '2023-06-01',
  } as const;

  test('that steer a cache, ask for a part or trace a call reach the upstream as they do directly', async () => {
    await using surface = await startSurface(OPEN);
    const request = {
      path: '/v1/chat/completions',
      headers: { ...JSON_TYPE, ...STEERING, ...bearer(CLIENT_KEY) },
      body: CHAT_BODY,
    };
    await call(surface.url, request);
    const through = sent(surface.asked, Object.keys(request.headers));
    await call(surface.upstream.url, request);
    expect(through).toEqual(sent(surface.asked, Object.keys(request.headers)));
  });

  test('that may hold a secret do not, whatever conversation they name', async () => {
    await using surface = await startSurface(OPEN);
    const names = [
      'x-session-token',
      'session-cookie',
      'thread-secret',
      'x-conversation-password',
      'x-task-key',
    ];
    await surface.ask('/v1/chat/completions', {
      headers: {
        ...JSON_TYPE,
        ...Object.fromEntries(names.map((name) => [name, 's'])),
        ...bearer(CLIENT_KEY),
      },
      body: CHAT_BODY,
    });
    expect(sent(surface.asked, names)).toEqual(Object.fromEntries(names.map((name) => [name, undefined])));
  });

  test.each([
    'authorization,content-type,user-agent',
    'x-codex-turn-metadata, sentry-trace, x-task-id',
    'traceparent',
    'anthropic-version',
    'x-session-affinity, x-stainless-lang',
    'x-tenant',
  ])('that a browser asks for are allowed where they are read or forwarded: %s', async (asked) => {
    await using surface = await startSurface({ ...OPEN, FORWARD_HEADERS: 'x-tenant' });
    const { head } = await surface.ask('/v1/chat/completions', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': `${asked},x-nexcode-page,x-unknown`,
      },
    });
    const allowed = head.header('access-control-allow-headers')?.split(', ') ?? [];
    for (const name of asked.split(',')) expect(allowed).toContain(name.trim());
    for (const name of ['x-nexcode-page', 'x-unknown']) expect(allowed).not.toContain(name);
  });

  test('that an upstream adds go to that upstream alone, and never what is withheld', async () => {
    await using two = await startUpstream();
    two.always(respond());
    await using surface = await startSurface({
      ...OPEN,
      UPSTREAMS: { two: { base: two.base, headers: ['x-tenant', 'x-*'] } },
    });
    const headers = { ...JSON_TYPE, 'x-tenant': 't', 'x-forwarded-for': '1.2.3.4', 'x-nexcode-page': '1' };
    for (const model of ['two/m', 'm']) {
      await surface.ask('/v1/chat/completions', { headers, body: `{"model":"${model}","messages":[]}` });
    }
    const names = ['x-tenant', 'x-forwarded-for', 'x-nexcode-page'];
    expect(two.exchanges.map(({ request }) => sent(request, names))).toEqual([{ 'x-tenant': 't' }]);
    expect(sent(surface.asked, names)).toEqual({});
  });

  test('of a family are told to a script of another origin where they stand on the answer', async () => {
    await using surface = await startSurface(OPEN);
    surface.upstream.reply(
      respond(undefined, 200, { ...JSON_TYPE, 'openai-new': '1', 'x-ratelimit-new': '2', 'x-other': '3' }),
    );
    const { head } = await surface.chat({ ...bearer(CLIENT_KEY), origin: 'https://app.example' });
    const shown = head.header('access-control-expose-headers')?.split(', ') ?? [];
    for (const name of [
      'openai-new',
      'x-ratelimit-new',
      'x-request-id',
      'x-nexcode-upstream',
      'server-timing',
    ])
      expect(shown).toContain(name);
    expect(shown).not.toContain('x-other');
  });
});

describe("a caller's key in x-api-key", () => {
  const KEY = 'sk-ant-of-somebody';
  const request = {
    path: '/v1/messages',
    headers: { ...JSON_TYPE, 'x-api-key': KEY, 'anthropic-version': '2023-06-01' },
    body: '{"model":"claude","max_tokens":1,"messages":[]}',
  };
  const places = ['authorization', 'x-api-key', 'api-key'];

  test('reaches an upstream that takes it there as it does directly', async () => {
    await using surface = await startSurface({ ...OPEN, OPENAI_API_AUTH: 'x-api-key' });
    await call(surface.url, request);
    const through = sent(surface.asked, places);
    await call(surface.upstream.url, request);
    expect(through).toEqual(sent(surface.asked, places));
  });

  test("reaches one of UPSTREAMS in that upstream's own header", async () => {
    await using two = await startUpstream();
    two.always(respond());
    await using surface = await startSurface({
      ...OPEN,
      UPSTREAMS: { two: { base: two.base, auth: 'api-key', client_keys: true, models: ['claude'] } },
    });
    await call(surface.url, request);
    expect(two.exchanges.map(({ request: came }) => sent(came, places))).toEqual([{ 'api-key': KEY }]);
  });

  test('goes as a bearer to one of which nothing is known', async () => {
    await using surface = await startSurface(OPEN);
    await call(surface.url, request);
    expect(sent(surface.asked, places)).toEqual({ authorization: `Bearer ${KEY}` });
  });
});

/** A chat call through the gateway, streamed or not, that the upstream answers with these bytes. */
async function answered(
  body: string,
  type: string,
  stream: boolean,
  status = 200,
): Promise<{ readonly answer: Answer; readonly direct: Answer }> {
  await using surface = await startSurface(OPEN);
  surface.upstream.always(respond(body, status, { 'content-type': type }));
  const request = {
    path: '/v1/chat/completions',
    headers: { ...JSON_TYPE, ...bearer(CLIENT_KEY) },
    body: JSON.stringify({ model: 'm', messages: [], stream }),
  };
  return { answer: await call(surface.url, request), direct: await call(surface.upstream.url, request) };
}

const SSE = 'text/event-stream';
const JSON_LABEL = 'application/json';
const QUOTA = JSON.stringify({
  error: { message: 'quota is used up', type: 'q', param: null, code: 'quota' },
});

describe('the first bytes decide, and the label does not:', () => {
  test('events labelled as JSON reach a stream byte for byte', async () => {
    const { answer, direct } = await answered(events(chatStream()), JSON_LABEL, true);
    expect(answer.status).toBe(200);
    expect(answer.head.header('content-type')).toContain(SSE);
    expect(answer.text()).toBe(direct.text());
  });

  test('events labelled as JSON become one answer where no stream was asked for', async () => {
    const { answer } = await answered(events(chatStream()), JSON_LABEL, false);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ object: 'chat.completion' });
  });

  test('a whole answer labelled as a stream becomes events where a stream was asked for', async () => {
    const { answer } = await answered(chatCompletion({ content: 'whole' }), SSE, true);
    expect(answer.text()).toContain('"content":"whole"');
    expect(answer.text()).toContain('data: [DONE]');
  });

  test('a whole answer labelled as a stream passes as it is where none was asked for', async () => {
    const { answer, direct } = await answered(chatCompletion(), SSE, false);
    expect(answer.text()).toBe(direct.text());
    expect(answer.head.header('content-type')).toBe(JSON_LABEL);
  });

  test.each([
    [QUOTA, SSE, true, 200],
    [QUOTA, JSON_LABEL, true, 200],
    [`data: ${QUOTA}\n\n`, SSE, false, 200],
    ['{"code":1302,"msg":"quota is used up"}', JSON_LABEL, true, 200],
    ['{"code":1302,"msg":"quota is used up"}', JSON_LABEL, false, 200],
    ['{"success":false,"errors":[{"code":7,"message":"quota is used up"}]}', JSON_LABEL, false, 200],
    ['[{"error":{"code":429,"message":"quota is used up"}}]', JSON_LABEL, true, 200],
    ['{"object":"error","message":"quota is used up","code":400}', SSE, false, 200],
    ['{"detail":"quota is used up"}', JSON_LABEL, true, 200],
    [`data: ${QUOTA}\n\ndata: [DONE]\n\n`, SSE, true, 429],
    [`event: error\ndata: ${QUOTA}\n\n`, SSE, false, 400],
  ])('the words of %s under %s arrive (stream: %s, status %d)', async (body, type, stream, status) => {
    const { answer } = await answered(body, type, stream, status);
    expect(answer.status).toBe(status === 200 ? 502 : status);
    expect(errorOf(answer).message).toContain('quota is used up');
  });

  test("OpenAI's own error under 200 passes to a caller without a stream, as it does directly", async () => {
    const { answer, direct } = await answered(QUOTA, JSON_LABEL, false);
    expect([answer.status, answer.text()]).toEqual([200, direct.text()]);
  });

  test.each([
    ['an error', QUOTA, 'quota is used up'],
    ['a whole answer', chatCompletion({ content: 'late but whole' }), 'late but whole'],
  ])('%s that comes long after the head of a stream arrives as an event', async (_, body, words) => {
    await using surface = await startSurface(OPEN);
    const headSeen = Promise.withResolvers<void>();
    surface.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await headSeen.promise;
      await exchange.body(body);
      await exchange.end();
    });
    await using connection = await connect(surface.url);
    await connection.request({
      path: '/v1/chat/completions',
      headers: { ...JSON_TYPE, ...bearer(CLIENT_KEY) },
      body: '{"model":"m","messages":[],"stream":true}',
    });
    const head = await connection.head();
    headSeen.resolve();
    let text = '';
    for await (const { bytes } of connection.body(head)) text += bytes.toString();
    expect(text).toMatch(/^data: \{/);
    expect(text).toContain(words);
    expect(text.includes('[DONE]')).toBe(body !== QUOTA);
  });
});

/** A call without any token, on a server that has neither key nor token, and the same straight at the upstream. */
async function bare(path: string, body: string, settings: GatewaySettings = { REQUIRE_AUTH: 'false' }) {
  await using surface = await startSurface(settings);
  const request = { path, headers: JSON_TYPE, body };
  const answer = await call(surface.url, request);
  const through = surface.upstream.exchanges.map(({ request: came }) => [came.path, came.body.toString()]);
  await call(surface.upstream.url, request);
  const direct = surface.upstream.exchanges.slice(-1).map(() => [`/v1${path.slice(3)}`, body]);
  return { answer, through, direct };
}

describe('an endpoint without a token', () => {
  test.each([
    ['/v1/rerank', '{"model":"m","query":"q","documents":["a"]}'],
    ['/v1/responses/compact', '{"model":"m","input":"x","previous_response_id":"resp_1"}'],
    ['/v1/responses', '{"model":"m","input":"x","store":true}'],
    ['/v1/messages', '{"model":"m","max_tokens":1,"messages":[]}'],
    ['/v1/tokenize', '{"model":"m","prompt":"x"}'],
    ['/v1/something/new', '{"x":1}'],
    ['/v1/files', '{"x":1}'],
  ])('%s arrives as it does directly where the server has no key to protect', async (path, body) => {
    const { answer, through, direct } = await bare(path, body);
    expect([answer.status, through]).toEqual([200, direct]);
  });

  test.each([
    ['/v1/rerank', '{"model":"m","query":"q","documents":["a"]}'],
    ['/v1/score', '{"model":"m","text_1":"a","text_2":"b"}'],
    ['/v1/responses/compact', '{"model":"m","input":"x"}'],
    ['/v1/messages/count_tokens', '{"model":"m","messages":[]}'],
    ['/v1/fim/completions', '{"model":"m","prompt":"x"}'],
  ])('%s arrives as it does directly on an open server with a key', async (path, body) => {
    const { answer, through, direct } = await bare(path, body, OPEN);
    expect([answer.status, through]).toEqual([200, direct]);
  });

  test.each([
    ['/v1/something/new', '{}', 403, 'does not know this endpoint'],
    ['/v1/files', '{}', 403, 'keeps things'],
    ['/v1/responses/compact', '{"model":"m","previous_response_id":"resp_1"}', 400, 'previous_response_id'],
    ['/v1/messages', '{"model":"m","messages":[],"container":"c"}', 400, 'container'],
    ['/v1/ocr', '{"model":"m","document":{"type":"file","file_id":"f"}}', 400, 'file_id'],
  ])('%s %s is refused on an open server with a key, and says why', async (path, body, status, words) => {
    const { answer, through } = await bare(path, body, OPEN);
    expect([answer.status, through]).toEqual([status, []]);
    expect(errorOf(answer).message).toContain(words);
  });
});
