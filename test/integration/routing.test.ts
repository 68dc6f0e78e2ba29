import type { Json } from 'miniflare';
import { describe, expect, test } from 'vitest';
import { respond } from '../support/answers.ts';
import { call, connect } from '../support/http.ts';
import { refusingBase, startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function list(...ids: string[]): string {
  return JSON.stringify({
    object: 'list',
    data: ids.map((id) => ({ id, object: 'model', created: 1, owned_by: 'x' })),
  });
}

/** A gateway before two upstreams, `a` for models that begin with a, and a default one. */
async function startRouted(settings: Record<string, Json> = {}) {
  const stack = new AsyncDisposableStack();
  const a = stack.use(await startUpstream());
  const other = stack.use(await startUpstream());
  const workerd = stack.use(
    await startWorkerd({
      OPENAI_API_BASE: other.base,
      UPSTREAMS: { a: { base: a.base, models: ['a-*'], key: 'A_KEY' } },
      MODELS: { alias: 'a/a-1' },
      A_KEY: 'key-of-upstream-a',
      REQUIRE_AUTH: 'false',
      ...settings,
    }),
  );
  return { a, other, workerd, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('an endpoint that the gateway does not know', () => {
  test('refuses a body that ends too early, and asks nobody', async () => {
    await using run = await startRouted();
    await using client = await connect(run.workerd.url);
    const headers = { ...JSON_TYPE, 'content-length': '100' };
    await client.request({ path: '/v1/embeddings', headers, body: '{"model":' });
    client.finish();
    const answer = await client.answer();
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'incomplete_body' } });
    expect(run.a.exchanges.length + run.other.exchanges.length).toBe(0);
  });

  test('reads a form, which may be no longer than other bodies; a file that is kept passes unread', async () => {
    await using run = await startRouted({ MAX_BODY_BYTES: '2000', API_TOKEN: 'the-token-of-this-test' });
    const form = (field: string) =>
      `--b\r\ncontent-disposition: form-data; name="${field}"\r\n\r\na-1\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n${'x'.repeat(2000)}\r\n--b--\r\n`;
    const headers = {
      'content-type': 'multipart/form-data; boundary=b',
      authorization: 'Bearer the-token-of-this-test',
    };
    const spoken = await call(run.workerd.url, {
      path: '/v1/audio/transcriptions',
      headers,
      body: form('model'),
    });
    expect(spoken.status).toBe(413);
    expect(spoken.json()).toMatchObject({ error: { code: 'request_too_large' } });
    expect(run.a.exchanges.length + run.other.exchanges.length).toBe(0);
    run.other.reply(respond('{"object":"file"}'));
    const kept = await call(run.workerd.url, { path: '/v1/files', headers, body: form('purpose') });
    expect(kept.status).toBe(200);
    expect(run.other.exchanges[0]?.request.body.length).toBe(form('purpose').length);
  });

  test('goes to the upstream of the model in its JSON body, which changes in that name alone', async () => {
    await using run = await startRouted();
    run.a.reply(respond('{"object":"list"}'));
    const body = '{"input":["x"], "model" : "alias", "n":1.0}';
    const answer = await call(run.workerd.url, { path: '/v1/embeddings?x=1', headers: JSON_TYPE, body });
    expect(answer.head.header('x-nexcode-upstream')).toBe('a/a-1');
    const [exchange] = run.a.exchanges;
    expect(exchange?.request.path).toBe('/v1/embeddings?x=1');
    expect(exchange?.request.body.toString()).toBe(body.replace('"alias"', '"a-1"'));
    expect(exchange?.request.head.header('authorization')).toBe('Bearer key-of-upstream-a');
  });

  test.each([
    ['names no model', '{"input":"x"}', JSON_TYPE],
    ['is a form without one', 'mode=a-1', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['is of a type that names none', 'a-1', { 'content-type': 'application/sdp' }],
  ])('goes to the default upstream where its body %s', async (_, body, headers) => {
    await using run = await startRouted();
    run.other.reply(respond('{}'));
    await call(run.workerd.url, { path: '/v1/moderations', headers, body });
    expect(run.other.exchanges[0]?.request.body.toString()).toBe(body);
    expect(run.other.exchanges[0]?.request.head.header('authorization')).toBeUndefined();
  });
});

describe('GET /v1/models', () => {
  test('lists the assistant, the aliases and what each upstream has, under names that lead there', async () => {
    await using run = await startRouted();
    run.a.always(respond(list('a-1', 'b-2')));
    run.other.always(respond(list('b-2', 'a-9')));
    const partial = { range: 'bytes=0-1', 'if-none-match': '*' };
    const answer = await call(run.workerd.url, { path: '/v1/models', headers: partial });
    const { head } = run.a.exchanges[0]?.request ?? {};
    expect([head?.header('range'), head?.header('if-none-match')]).toEqual([undefined, undefined]);
    const { data } = answer.json() as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['nexcode', 'alias', 'a-1', 'a/b-2', 'b-2', 'default/a-9']);
    const one = await call(run.workerd.url, { path: '/v1/models/a%2Fb-2' });
    expect(one.json()).toMatchObject({ id: 'a/b-2', owned_by: 'x' });
    expect((await call(run.workerd.url, { path: '/v1/models/unheard-of' })).status).toBe(404);
    // The first answer is fresh enough for all three.
    expect(run.a.exchanges).toHaveLength(1);
  });

  test('keeps the numbers of its entries as they were written', async () => {
    await using run = await startRouted();
    const numbers = '"created":12345678901234567890,"price":0.10';
    run.a.always(respond(`{"object":"list","data":[{"id":"a-1",${numbers}}]}`));
    run.other.always(respond(list()));
    expect((await call(run.workerd.url, { path: '/v1/models' })).text()).toContain(numbers);
    expect((await call(run.workerd.url, { path: '/v1/models/a-1' })).text()).toContain(numbers);
  });

  test('asks for a list that others are given too with nothing of the request of a caller', async () => {
    await using run = await startRouted();
    run.a.always(respond(list('a-1')));
    run.other.always(respond(list()));
    const said = {
      accept: 'text/caller',
      'accept-language': 'caller',
      'user-agent': 'caller',
      'openai-beta': 'caller',
      'x-title': 'caller',
      'http-referer': 'https://caller.example',
      'x-client-request-id': 'caller',
      traceparent: 'caller',
      baggage: 'caller=1',
      'content-type': 'text/caller',
    };
    await call(run.workerd.url, { path: '/v1/models', headers: said });
    for (const upstream of [run.a, run.other]) {
      const headers = upstream.exchanges[0]?.request.head.rawHeaders ?? [];
      expect(headers.filter(([, value]) => value.includes('caller'))).toEqual([]);
      expect(upstream.exchanges[0]?.request.head.header('accept')).toBe('application/json');
    }
    expect(run.a.exchanges[0]?.request.head.header('authorization')).toBe('Bearer key-of-upstream-a');
    // What a key of a caller's own sees is kept for nobody, so its headers travel.
    await call(run.workerd.url, { path: '/v1/models', headers: { ...said, authorization: 'Bearer sk-own' } });
    expect(run.other.exchanges[1]?.request.head.header('openai-beta')).toBe('caller');
  });

  test('does without an upstream that is away', async () => {
    await using run = await startRouted({ OPENAI_API_BASE: await refusingBase() });
    run.a.always(respond(list('a-1')));
    const answer = await call(run.workerd.url, { path: '/v1/models' });
    expect(answer.json()).toMatchObject({ data: [{ id: 'nexcode' }, { id: 'alias' }, { id: 'a-1' }] });
  });

  test("asks no upstream that takes no callers' keys with one", async () => {
    await using run = await startRouted();
    run.other.always(respond(list('b-2')));
    await call(run.workerd.url, { path: '/v1/models', headers: { authorization: 'Bearer sk-of-a-caller' } });
    expect(run.a.exchanges).toEqual([]);
    expect(run.other.exchanges[0]?.request.head.header('authorization')).toBe('Bearer sk-of-a-caller');
  });
});

test('deep health tells of every upstream', async () => {
  await using run = await startRouted({ OPENAI_API_BASE: await refusingBase() });
  run.a.always(respond(list('a-1')));
  const answer = await call(run.workerd.url, { path: '/health?deep=1' });
  expect([answer.status, answer.json()]).toMatchObject([
    200,
    {
      upstreams: [
        { name: 'a', reachable: true, status: 200 },
        { name: 'default', reachable: false, code: 'upstream_error' },
      ],
    },
  ]);
});

test('a model with a name that no header takes is served all the same', async () => {
  await using run = await startRouted();
  run.other.reply(respond());
  const body = JSON.stringify({ model: '模型\n', messages: [] });
  const answer = await call(run.workerd.url, { path: '/v1/chat/completions', headers: JSON_TYPE, body });
  expect(answer.status).toBe(200);
  expect(answer.head.header('x-nexcode-upstream')).toBe('default');
});

test('the default upstream may be named in front of a model, with others beside it or not', async () => {
  for (const settings of [{}, { UPSTREAMS: {}, MODELS: {} }]) {
    await using run = await startRouted(settings);
    run.other.reply(respond());
    const body = '{"model":"default/m-1","messages":[]}';
    const { head } = await call(run.workerd.url, {
      path: '/v1/chat/completions',
      headers: JSON_TYPE,
      body,
    });
    expect(head.header('x-nexcode-upstream')).toBe('default/m-1');
    expect(run.other.exchanges.at(-1)?.request.body.toString()).toBe('{"model":"m-1","messages":[]}');
  }
});

test('a model that no upstream serves is unknown, and not a question of keys', async () => {
  await using upstream = await startUpstream();
  await using workerd = await startWorkerd({
    REQUIRE_AUTH: 'false',
    UPSTREAMS: { local: { base: upstream.base, models: ['llama*'] } },
    MODELS: { misspelt: 'lokal/llama', good: 'local/llama' },
  });
  for (const model of ['gpt-unknown', 'misspelt', 'lokal/llama']) {
    const body = JSON.stringify({ model, messages: [], input: 'x', prompt: 'x' });
    for (const path of ['/v1/chat/completions', '/v1/completions', '/v1/embeddings']) {
      const answer = await call(workerd.url, { path, headers: JSON_TYPE, body });
      expect([model, answer.status, answer.json()]).toMatchObject([
        model,
        404,
        { error: { code: 'model_not_found', param: 'model', message: expect.stringContaining('llama*') } },
      ]);
    }
  }
  expect(upstream.exchanges).toEqual([]);
});

test('a name of an upstream that is not there is unknown with any key, and says what this caller may use', async () => {
  await using upstream = await startUpstream();
  const UPSTREAMS = {
    local: { base: upstream.base, models: ['llama*'] },
    own: { base: upstream.base, client_keys: true },
  };
  const MODELS = { misspelt: ['lokal/llama'], good: 'local/llama', theirs: 'own/x' };
  await using workerd = await startWorkerd({
    OPENAI_API_KEY: 'sk-server',
    REQUIRE_AUTH: 'false',
    UPSTREAMS,
    MODELS,
  });
  const ask = async (model: string, headers = {}) => {
    const body = JSON.stringify({ model, messages: [] });
    const answer = await call(workerd.url, {
      path: '/v1/chat/completions',
      headers: { ...JSON_TYPE, ...headers },
      body,
    });
    return [answer.status, answer.json()];
  };
  for (const model of ['misspelt', 'lokal/llama']) {
    expect(await ask(model)).toMatchObject([
      404,
      {
        error: {
          code: 'model_not_found',
          message: expect.stringContaining('misspelt, good, theirs, local/..., llama*, own/...'),
        },
      },
    ]);
    const [status, body] = await ask(model, { authorization: 'Bearer sk-of-a-caller' });
    expect([status, JSON.stringify(body)]).toEqual([404, expect.stringContaining('own/...')]);
    expect(JSON.stringify(body)).not.toContain('local/...');
    expect(JSON.stringify(body)).not.toContain('good');
  }
  expect(upstream.exchanges).toEqual([]);
});

test('a misspelt target is unknown where there are no other upstreams too', async () => {
  await using workerd = await startWorkerd({
    REQUIRE_AUTH: 'false',
    MODELS: { smart: 'opnai/gpt-5', plain: 'gpt-5' },
  });
  for (const [model, status] of [
    ['smart', 404],
    ['plain', 401],
  ] as const) {
    const body = JSON.stringify({ model, messages: [] });
    expect((await call(workerd.url, { path: '/v1/chat/completions', headers: JSON_TYPE, body })).status).toBe(
      status,
    );
  }
});

test('errors and deep health name the setting of the upstream that they are about', async () => {
  await using refusing = await startUpstream();
  refusing.always(respond('{"error":{"message":"bad key"}}', 401));
  await using page = await startUpstream();
  page.always(respond('<html><title>Welcome</title></html>', 200, { 'content-type': 'text/html' }));
  const gone = await refusingBase();
  await using run = await startRouted({
    OPENAI_API_BASE: await refusingBase(),
    SOME_KEY: 'sk-refused-and-not-told',
    UPSTREAMS: {
      gone: { base: gone },
      page: { base: page.base },
      refused: { base: refusing.base, key: 'SOME_KEY' },
      keyless: { base: refusing.base },
    },
    MODELS: {},
  });
  const answer = await call(run.workerd.url, { path: '/health?deep=1' });
  expect(answer.json()).toMatchObject({
    upstreams: [
      { name: 'gone', message: expect.stringContaining('Check that UPSTREAMS.gone.base is right') },
      { name: 'page', message: expect.stringContaining('Check that UPSTREAMS.page.base is the address') },
      { name: 'refused', status: 401, message: expect.stringContaining('UPSTREAMS.refused.key') },
      { name: 'keyless', status: 401, message: expect.stringContaining('Set UPSTREAMS.keyless.key') },
      { name: 'default', message: expect.stringContaining('Check that OPENAI_API_BASE is right') },
    ],
  });
  expect(answer.text()).not.toContain('sk-refused');
  for (const [model, setting] of [
    ['gone/x', 'UPSTREAMS.gone.base'],
    ['page/x', 'UPSTREAMS.page.base'],
    ['else', 'OPENAI_API_BASE'],
  ]) {
    const body = JSON.stringify({ model, messages: [] });
    const failed = await call(run.workerd.url, { path: '/v1/chat/completions', headers: JSON_TYPE, body });
    expect([failed.status, failed.text()]).toEqual([502, expect.stringContaining(`Check that ${setting}`)]);
  }
});
