/** `GET /v1/models` and `/v1/models/{id}` in every state of the upstream. */
import { expect, test } from 'vitest';
import { apiError, closeBeforeHead, redirect, respond, tooShort } from '../support/answers.ts';
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
import { refusingBase, type Script } from '../support/upstream.ts';

const SERVER = { ...OPEN, OPENAI_MODEL: 'gpt-default' };

const OWN = [
  { id: 'nexcode', object: 'model', created: expect.any(Number), owned_by: 'nexcode' },
  { id: 'gpt-default', object: 'model', created: expect.any(Number), owned_by: 'upstream' },
];

async function ask(surface: Surface, path: string, script?: Script, headers: Record<string, string> = {}) {
  if (script !== undefined) surface.upstream.reply(script);
  return surface.ask(path, { headers });
}

test("the upstream's list comes with the assistant before it and every field kept", async () => {
  await using surface = await startSurface(SERVER);
  const list = {
    object: 'list',
    data: [
      { id: 'gpt-a', object: 'model', created: 1, owned_by: 'openai', shutdown_date: '2027-01-01' },
      { id: 'meta-llama/Llama', object: 'model', context_length: 8192 },
    ],
    has_more: false,
  };
  const answer = await ask(
    surface,
    '/v1/models?limit=5',
    respond(JSON.stringify(list), 200, { ...JSON_TYPE, 'x-request-id': 'req_up' }),
  );
  expect(answer.json()).toEqual({ ...list, data: [OWN[0], ...list.data] });
  expect(answer.head.header('x-request-id')).toBe('req_up');
  expect(surface.asked.path).toBe('/v1/models?limit=5');
});

test('numbers in a list or a model stay as they were written', async () => {
  await using surface = await startSurface(SERVER);
  const entry = '{"id":"m","created":12345678901234567890,"price":0.10}';
  const list = await ask(surface, '/v1/models', respond(`{"object":"list","data":[${entry}]}`));
  expect(list.text()).toContain(entry);
});

test('an upstream that has a model named like the assistant keeps its own entry', async () => {
  await using surface = await startSurface(SERVER);
  const list = { object: 'list', data: [{ id: 'nexcode', object: 'model', owned_by: 'them' }] };
  expect((await ask(surface, '/v1/models', respond(JSON.stringify(list)))).json()).toEqual(list);
});

test('an upstream that has no list, or is in no state to give one, leaves a useful one', async () => {
  await using surface = await startSurface(SERVER);
  for (const script of [
    respond(apiError('no such thing'), 404),
    respond('', 405),
    respond(apiError('down'), 500),
    respond('{"success":false,"message":"not here"}'),
    respond('<html>', 502, { 'content-type': 'text/html' }),
    redirect('https://elsewhere.example/'),
    closeBeforeHead,
  ]) {
    const answer = await ask(surface, '/v1/models', script);
    expect([answer.status, answer.json()]).toEqual([200, { object: 'list', data: OWN }]);
  }
  await using away = await startSurface({ ...SERVER, OPENAI_API_BASE: await refusingBase() });
  expect((await away.ask('/v1/models')).json()).toEqual({ object: 'list', data: OWN });
});

test('a success that is no list of models is a 502 that names the setting', async () => {
  await using surface = await startSurface(SERVER);
  for (const script of [
    respond('<html>login</html>', 200, { 'content-type': 'text/html' }),
    respond('{"object":"list","data":['),
    respond('', 200),
  ]) {
    const answer = await ask(surface, '/v1/models', script);
    expect([answer.status, errorOf(answer).code]).toEqual([502, 'upstream_error']);
    expect(errorOf(answer).message).toContain('OPENAI_API_BASE');
  }
  const cut = await ask(surface, '/v1/models', tooShort('{"object":"list","data":[]}'));
  expect([cut.status, errorOf(cut).message]).toEqual([502, expect.stringContaining('broke off')]);
});

test.each([
  ['[{"id":"a/b","owned_by":"x"}]', ['a/b']],
  ['{"object":"list","data":null}', []],
  ['{"models":[{"name":"llama3:8b"},{"model":"q"},"plain"]}', ['llama3:8b', 'q', 'plain']],
  ['{"data":[{"id":"a"},null,{"no":"id"}]}', ['a']],
  ['{"object":"list"}', []],
  ['{"success":true,"result":[{"id":7,"name":"@cf/a"}],"errors":[]}', ['@cf/a']],
  ['{"models":[{"slug":"a","display_name":"A"}]}', ['a']],
  ['{"models":[{"type":"llm","key":"a"}]}', ['a']],
  ['{"data":[{"model_name":"a","litellm_params":{}}]}', ['a']],
  ['{"modelSummaries":[{"modelId":"a","modelName":"A"}]}', ['a']],
  ['{"object":"list","data":[],"models":[{"name":"a"}]}', ['a']],
  ['{"code":0,"msg":"ok","data":{"object":"list","data":[{"id":"a"}]}}', ['a']],
  ['{"data":{"models":["a"]}}', ['a']],
  ['{"models":{"a/b":{"context":1},"c":{}}}', ['a/b', 'c']],
  ['{"id":"a","object":"model"}', ['a']],
])('the list %s is read as leniently as clients read it', async (body, ids) => {
  await using surface = await startSurface(SERVER);
  const answer = await ask(surface, '/v1/models', respond(body));
  expect(answer.json()).toMatchObject({ object: 'list', data: ['nexcode', ...ids].map((id) => ({ id })) });
});

test("without any key for api.openai.com the list is the gateway's own", async () => {
  await using surface = await startSurface({ OPENAI_API_BASE: '', REQUIRE_AUTH: 'false' });
  const answer = await surface.ask('/v1/models');
  expect(answer.json()).toMatchObject({ object: 'list', data: [{ id: 'nexcode' }, { id: 'gpt-4.1-mini' }] });
});

test('a refusal that says something to the caller is passed on', async () => {
  await using surface = await startSurface(SERVER);
  for (const status of [401, 403, 429]) {
    for (const path of ['/v1/models', '/v1/models/gpt-default']) {
      const body = apiError(`refused with ${status}`);
      const answer = await ask(
        surface,
        path,
        respond(body, status, { ...JSON_TYPE, 'retry-after': '9' }),
        bearer(CLIENT_KEY),
      );
      expect([answer.status, answer.text(), answer.head.header('retry-after')]).toEqual([status, body, '9']);
    }
  }
});

test('a conditional or partial request gets the whole list', async () => {
  await using surface = await startSurface(SERVER);
  const list = respond('{"object":"list","data":[]}');
  const answer = await ask(surface, '/v1/models', list, { 'if-none-match': '"e"', range: 'bytes=0-3' });
  expect(answer.json()).toMatchObject({ data: [OWN[0]] });
  expect(surface.asked.head.header('if-none-match')).toBeUndefined();
  expect(surface.asked.head.header('range')).toBeUndefined();
});

test('the assistant is known without asking anybody, the default model with an upstream that has no such endpoint', async () => {
  await using surface = await startSurface(SERVER);
  expect((await surface.ask('/v1/models/nexcode')).json()).toEqual(OWN[0]);
  expect(surface.upstream.exchanges).toHaveLength(0);
  for (const status of [404, 405, 500, 503]) {
    const answer = await ask(surface, '/v1/models/gpt-default', respond('', status));
    expect([answer.status, answer.json()]).toEqual([200, OWN[1]]);
  }
});

test('a model of the upstream is its own answer, slashes in the name and all', async () => {
  await using surface = await startSurface({ ...SERVER, OPENAI_MODEL: 'meta-llama/Llama' });
  const model = '{ "id":"meta-llama/Llama","object":"model","created":1.0 }';
  for (const path of [
    '/v1/models/meta-llama%2FLlama',
    '/v1/models/meta-llama/Llama',
    '/v1/models/ft:gpt@org:x',
  ]) {
    expect((await ask(surface, path, respond(model))).text()).toBe(model);
    expect(surface.asked.path).toBe(path);
  }
  for (const path of ['/v1/models/meta-llama%2FLlama', '/v1/models/meta-llama/Llama']) {
    expect((await ask(surface, path, respond('', 404))).json()).toMatchObject({ id: 'meta-llama/Llama' });
  }
});

test("an unknown model is the upstream's 404, or the gateway's when nobody answers", async () => {
  await using surface = await startSurface(SERVER);
  const body = apiError('The model does not exist', 'invalid_request_error', 'model_not_found');
  expect((await ask(surface, '/v1/models/x', respond(body, 404))).text()).toBe(body);
  const alone = await ask(surface, '/v1/models/x', closeBeforeHead);
  expect([alone.status, errorOf(alone)]).toMatchObject([404, { code: 'model_not_found', param: 'model' }]);
});

test('a closed server shows its models to nobody', async () => {
  await using surface = await startSurface({ ...SERVER, REQUIRE_AUTH: 'true' });
  for (const path of ['/v1/models', '/v1/models/nexcode']) {
    const answer = await surface.ask(path);
    expect([answer.status, errorOf(answer).code]).toEqual([401, 'invalid_api_key']);
  }
});

test("deep health asks the upstream with the server's key, for the holders of the server's credentials", async () => {
  await using surface = await startSurface({ ...SERVER, REQUIRE_AUTH: 'true' });
  const deep = (headers = {}) => surface.ask('/health?deep=1', { headers });
  expect((await deep()).status).toBe(401);
  expect((await deep(bearer(CLIENT_KEY))).status).toBe(403);
  expect(surface.upstream.exchanges).toHaveLength(0);
  surface.upstream.reply(respond('{"object":"list","data":[]}'));
  const well = await deep(bearer(API_TOKEN));
  expect([well.status, well.json()]).toMatchObject([
    200,
    { status: 'ok', upstreams: [{ name: 'default', reachable: true, status: 200 }] },
  ]);
  expect(surface.asked.head.header('authorization')).toBe(`Bearer ${SERVER_KEY}`);
  surface.upstream.reply(respond(apiError('bad key'), 401));
  const refused = await deep(bearer(API_TOKEN));
  expect([refused.status, refused.json()]).toMatchObject([
    503,
    { status: 'unhealthy', upstreams: [{ reachable: false, status: 401 }] },
  ]);
  surface.upstream.reply(closeBeforeHead);
  const away = await deep(bearer(API_TOKEN));
  expect([away.status, away.json()]).toMatchObject([
    503,
    { upstreams: [{ reachable: false, status: null, code: 'upstream_error' }] },
  ]);
  for (const answer of [well, refused, away]) expect(answer.text()).not.toContain(SERVER_KEY);
});

test('deep health tells an address that is no API from a server without a list of models', async () => {
  await using surface = await startSurface(SERVER);
  const page = '<html><title>Welcome to nginx!</title></html>';
  for (const [status, body, reachable] of [
    [200, page, false],
    [200, '{"hello":1}', false],
    [200, '', false],
    [404, page, false],
    [405, '', false],
    [404, '{"detail":"Not Found"}', true],
    [405, apiError('no such method'), true],
    [200, '{"data":[]}', true],
    [200, '{"success":false,"message":"not here"}', true],
    [400, apiError('no such list'), true],
    [501, '{"error":"not implemented"}', true],
  ] as const) {
    surface.upstream.reply(respond(body, status));
    const answer = await surface.ask('/health?deep=1');
    expect([body, answer.status]).toEqual([body, reachable ? 200 : 503]);
    expect(answer.json()).toMatchObject({
      upstreams: [
        {
          reachable,
          status,
          code: reachable ? null : 'upstream_error',
          message: reachable ? null : expect.stringContaining('OPENAI_API_BASE'),
        },
      ],
    });
  }
});
