/** Which endpoints, origins and hosts the server's credentials serve. */
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
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

const STATELESS: readonly (readonly [string, string])[] = [
  ['POST', '/v1/completions'],
  ['POST', '/v1/embeddings'],
  ['POST', '/v1/moderations'],
  ['POST', '/v1/audio/speech'],
  ['POST', '/v1/audio/transcriptions'],
  ['POST', '/v1/images/generations'],
  ['POST', '/v1/images/edits'],
  ['POST', '/v1/responses'],
  ['GET', '/v1/models'],
  ['HEAD', '/v1/models'],
  ['GET', '/v1/models/gpt-test'],
  ['GET', '/v1/realtime'],
];

const STATEFUL: readonly (readonly [string, string])[] = [
  ['GET', '/v1'],
  ['GET', '/v1/chat/completions'],
  ['GET', '/v1/chat/completions/chatcmpl-1/messages'],
  ['DELETE', '/v1/chat/completions/chatcmpl-1'],
  ['GET', '/v1/responses/resp_1'],
  ['DELETE', '/v1/responses/resp_1'],
  ['POST', '/v1/responses/resp_1/cancel'],
  ['GET', '/v1/responses'],
  ['GET', '/v1/files'],
  ['POST', '/v1/files'],
  ['GET', '/v1/files/f/content'],
  ['POST', '/v1/batches'],
  ['GET', '/v1/vector_stores'],
  ['POST', '/v1/assistants'],
  ['POST', '/v1/threads/t/runs'],
  ['DELETE', '/v1/models/ft:gpt'],
  ['POST', '/v1/fine_tuning/jobs'],
  ['POST', '/v1/realtime/client_secrets'],
  ['POST', '/v1/realtime/calls'],
  ['POST', '/v1/videos'],
  ['PUT', '/v1/embeddings'],
  ['POST', '/v1/something_new'],
];

const ADMIN = [
  '/v1/organization/users',
  '/v1/organizations',
  '/v1/projects/proj_1/api_keys',
  '/v1/Organization/admin_api_keys',
  '/v1/%6Frganization/users',
  '/v1//organization//users',
  '/v1/files/../organization/users',
  '/v1/files/%2e%2e/organization/users',
  '/v1/files\\..\\organization/users',
  '/v1/organization%2Fusers',
  '/v1/organization;x=1/users',
  '//v1/./projects',
];

/** What a POST says: the one among the stateless endpoints that is read here wants a prompt. */
const PROMPT = '{"model":"gpt-3.5-turbo-instruct","prompt":"x"}';

async function statusAndCode(surface: Surface, method: string, path: string, headers = {}) {
  const answer = await surface.ask(
    path,
    method === 'POST' ? { headers: { ...JSON_TYPE, ...headers }, body: PROMPT } : { method, headers },
  );
  const code = answer.status === 200 || method === 'HEAD' ? undefined : errorOf(answer).code;
  return [answer.status, code];
}

test('the open door and its placeholder keys lead to the stateless endpoints', async () => {
  await using surface = await startSurface(OPEN);
  for (const headers of [{}, bearer('dummy')]) {
    for (const [method, path] of STATELESS) {
      expect([method, path, ...(await statusAndCode(surface, method, path, headers))]).toEqual([
        method,
        path,
        200,
        undefined,
      ]);
      expect(surface.asked.head.header('authorization')).toBe(`Bearer ${SERVER_KEY}`);
    }
  }
});

test("what belongs to an account is closed to the open door, and open to the token and to a key of one's own", async () => {
  await using surface = await startSurface(OPEN);
  for (const [method, path] of STATEFUL) {
    for (const headers of [{}, bearer('dummy')]) {
      const refused = await statusAndCode(surface, method, path, headers);
      expect([method, path, ...refused]).toEqual([method, path, 403, 'endpoint_not_allowed']);
    }
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  for (const [method, path] of STATEFUL) {
    for (const token of [API_TOKEN, CLIENT_KEY]) {
      expect(await statusAndCode(surface, method, path, bearer(token))).toEqual([200, undefined]);
      expect(surface.asked).toMatchObject({ method, path });
      expect(surface.asked.head.header('authorization')).toBe(
        `Bearer ${token === API_TOKEN ? SERVER_KEY : token}`,
      );
    }
  }
});

test('administration is closed to everybody, however its path is spelled', async () => {
  await using surface = await startSurface(OPEN);
  for (const path of ADMIN) {
    for (const headers of [{}, bearer('dummy'), bearer(API_TOKEN), bearer(CLIENT_KEY)]) {
      for (const method of ['GET', 'POST']) {
        const refused = await statusAndCode(surface, method, path, headers);
        expect([path, ...refused]).toEqual([path, 403, 'endpoint_not_allowed']);
      }
    }
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
});

test('ALLOW_ADMIN_PATHS opens administration to the token and to keys, not to the open door', async () => {
  await using surface = await startSurface({ ...OPEN, ALLOW_ADMIN_PATHS: 'true' });
  expect(await statusAndCode(surface, 'GET', '/v1/organization/users')).toEqual([
    403,
    'endpoint_not_allowed',
  ]);
  expect(await statusAndCode(surface, 'GET', '/v1/organization/users', bearer(CLIENT_KEY))).toEqual([
    200,
    undefined,
  ]);
  expect(await statusAndCode(surface, 'GET', '/v1/projects', bearer(API_TOKEN))).toEqual([200, undefined]);
  expect(surface.asked.head.header('authorization')).toBe(`Bearer ${SERVER_KEY}`);
});

test('no website may spend the key of an open server', async () => {
  await using surface = await startSurface({ ...OPEN, CORS_ORIGINS: 'https://friend.example' });
  const own = new URL(surface.url).host;
  const foreign: readonly Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'file://' },
    { origin: 'https://friend.example.evil.example' },
    { origin: 'https://FRIEND.example' },
    { origin: `http://${own}.evil.example` },
    { origin: `http://user@${own}` },
    { origin: `http://${own}/` },
    { origin: `http://127.0.0.1:${Number(new URL(surface.url).port) + 1}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: `http://${own}`, 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { origin: 'https://evil.example', host: own, 'x-forwarded-host': 'evil.example' },
  ];
  for (const headers of foreign) {
    for (const more of [{}, bearer('dummy')]) {
      const answer = await surface.chat({ ...headers, ...more });
      expect([headers, answer.status]).toEqual([headers, 403]);
      expect(errorOf(answer).code).toBe('cross_origin_refused');
    }
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
  for (const headers of [
    { origin: `http://${own}` },
    { origin: `http://${own}`, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'https://friend.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://chat.example', host: 'chat.example' },
  ]) {
    expect([headers, (await surface.chat(headers)).status]).toEqual([headers, 200]);
  }
});

test('a server with nothing but an upstream of its own is as closed to websites as one with a key', async () => {
  await using surface = await startSurface({ REQUIRE_AUTH: 'false' });
  for (const headers of [{}, bearer('dummy')]) {
    expect((await surface.chat({ origin: 'https://evil.example', ...headers })).status).toBe(403);
  }
});

test('whoever brings a key or the token may come from any website, and the answer may be read there', async () => {
  await using surface = await startSurface(OPEN);
  for (const token of [API_TOKEN, CLIENT_KEY]) {
    const answer = await surface.chat({
      origin: 'https://any.example',
      'sec-fetch-site': 'cross-site',
      ...bearer(token),
    });
    expect(answer.status).toBe(200);
    expect(answer.head.header('access-control-allow-origin')).toBe('*');
    for (const name of ['x-request-id', 'x-nexcode-converted']) {
      expect(answer.head.header('access-control-expose-headers')).toContain(name);
    }
    expect(answer.head.header('access-control-allow-credentials')).toBeUndefined();
    expect(surface.asked.head.header('origin')).toBeUndefined();
  }
});

test('a refusal can be read by the page that was refused, an answer that the open door paid only by friends', async () => {
  await using surface = await startSurface({
    ...OPEN,
    CORS_ORIGINS: 'https://friend.example, https://other.example',
  });
  const refused = await surface.chat({ origin: 'https://evil.example' });
  expect(refused.head.header('access-control-allow-origin')).toBe('*');
  const friend = await surface.chat({ origin: 'https://friend.example' });
  expect(friend.head.header('access-control-allow-origin')).toBe('https://friend.example');
  expect(friend.head.header('vary')).toBe('Origin');
  const ownPage = await surface.chat({ origin: surface.url });
  expect(ownPage.head.header('access-control-allow-origin')).toBeUndefined();
  const program = await surface.chat();
  expect(program.head.header('access-control-allow-origin')).toBeUndefined();
});

test('a preflight is answered by the one list of headers that are read or forwarded, for any path and origin, without asking the upstream', async () => {
  await using surface = await startSurface({ ...OPEN, REQUIRE_AUTH: 'true' });
  const answers = await Promise.all(
    ['/v1/chat/completions', '/v1/models', '/v1/files/x', '/v1/organization'].map((path) =>
      surface.ask(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://any.example',
          'access-control-request-method': 'PUT',
          'access-control-request-headers':
            'x-evil, authorization, x-stainless-os, OpenAI-Beta, x-session-affinity, cookie, x-nexcode-page, session-token',
          'access-control-request-private-network': 'true',
        },
      }),
    ),
  );
  for (const { status, head, body } of answers) {
    expect([status, body.length]).toEqual([204, 0]);
    expect(head.header('access-control-allow-origin')).toBe('*');
    expect(head.header('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE');
    const allowed = head.header('access-control-allow-headers')?.split(', ') ?? [];
    for (const name of [
      'authorization',
      'content-type',
      'openai-beta',
      'x-stainless-os',
      'x-session-affinity',
      'user-agent',
      'traceparent',
      'x-api-key',
    ]) {
      expect(allowed).toContain(name);
    }
    expect(allowed).not.toContain('x-evil');
    for (const name of ['cookie', 'x-nexcode-page', 'session-token']) expect(allowed).not.toContain(name);
    expect(head.header('access-control-allow-credentials')).toBeUndefined();
    expect(head.header('access-control-allow-private-network')).toBeUndefined();
    expect(head.header('x-request-id')).toMatch(/^req_/);
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
});

test('login and health are no matter for other origins', async () => {
  await using surface = await startSurface(OPEN);
  for (const path of ['/session', '/health']) {
    const answer = await surface.ask(path, {
      headers: { origin: 'https://evil.example', ...bearer(API_TOKEN) },
    });
    expect(answer.head.header('access-control-allow-origin')).toBeUndefined();
    const preflight = await surface.ask(path, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    });
    expect(preflight.status).toBe(405);
    expect(preflight.head.header('access-control-allow-origin')).toBeUndefined();
  }
});

const LOCAL = ['localhost', 'LocalHost:8000', '127.0.0.1', '127.0.0.1:1', '127.9.9.9', '[::1]', '[::1]:8000'];
const NOT_LOCAL = [
  'evil.example',
  '127.0.0.1.evil.example',
  'localhost.evil.example:8000',
  '0.0.0.0',
  '10.0.0.1',
  '[::]',
  'localhost@evil',
  '127.0.0.1, evil.example',
  '1270.0.0.1',
  'xlocalhost',
];

test('a local server answers to loopback names and PUBLIC_HOSTS alone, whatever the path and the credentials', async () => {
  await using surface = await startSurface({
    ...OPEN,
    LOCAL_SERVER: 'true',
    PUBLIC_HOSTS: 'chat.example, Other.example:9000',
  });
  for (const host of [...LOCAL, 'chat.example', 'CHAT.example:8000', 'other.example:9000']) {
    expect([host, (await surface.chat({ host })).status]).toEqual([host, 200]);
  }
  const reached = surface.upstream.exchanges.length;
  for (const host of [...NOT_LOCAL, 'other.example']) {
    for (const [path, headers] of [
      ['/v1/models', {}],
      ['/v1/models', bearer(API_TOKEN)],
      ['/v1/models', bearer(CLIENT_KEY)],
      ['/session', {}],
      ['/health', {}],
      ['/nowhere', {}],
    ] as const) {
      const answer = await surface.ask(path, { headers: { host, ...headers } });
      expect([host, path, answer.status]).toEqual([host, path, 403]);
      expect(errorOf(answer).code).toBe('host_not_allowed');
      expect(answer.head.header('access-control-allow-origin')).toBeUndefined();
    }
  }
  expect(surface.upstream.exchanges).toHaveLength(reached);
});

test('a server that is not local answers to any host', async () => {
  await using surface = await startSurface(OPEN);
  for (const host of ['chat.example', '10.0.0.1:8000', 'evil.example']) {
    expect((await surface.chat({ host })).status).toBe(200);
  }
});

test('under Miniflare a forged URL changes neither the host nor the origin that decide', async () => {
  await using surface = await startSurface({ ...OPEN, PUBLIC_HOSTS: 'chat.example' }, startGateway);
  const forged = { 'MF-Original-URL': 'http://localhost/v1/chat/completions' };
  const rebound = await surface.chat({ ...forged, host: 'evil.example' });
  expect([rebound.status, errorOf(rebound).code]).toEqual([403, 'host_not_allowed']);
  for (const origin of ['http://evil.example', 'https://evil.example']) {
    const foreign = await surface.chat({
      'MF-Original-URL': `${origin}/v1/chat/completions`,
      'MF-Original-Hostname': 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      origin,
    });
    expect([foreign.status, errorOf(foreign).code]).toEqual([403, 'cross_origin_refused']);
  }
  const admin = await surface.ask('/v1/models', {
    headers: { 'MF-Original-URL': 'http://localhost/v1/organization', ...bearer(API_TOKEN) },
  });
  expect(admin.status).toBe(403);
  expect(surface.upstream.exchanges).toHaveLength(0);
  await surface.chat({ ...forged, host: 'chat.example' });
  expect(surface.asked.path).toBe('/v1/chat/completions');
  expect(surface.asked.head.header('host')).toBe(new URL(surface.upstream.url).host);
});

test('the upstream is the one of the settings, whatever a request says', async () => {
  await using surface = await startSurface(OPEN);
  for (const headers of [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    { 'openai-api-base': 'https://evil.example/v1', 'x-upstream': 'https://evil.example' },
  ]) {
    await surface.chat(headers);
    expect(surface.asked.head.header('host')).toBe(new URL(surface.upstream.url).host);
  }
});
