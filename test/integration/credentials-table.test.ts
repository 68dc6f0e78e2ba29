/** Who pays, row by row, as seen on the wire: what reached the upstream, and what the answer says of it. */
import { expect, test } from 'vitest';
import {
  API_TOKEN,
  bearer,
  CLIENT_KEY,
  CLOSED,
  errorOf,
  OPEN,
  SERVER_KEY,
  type Surface,
  startSurface,
} from '../support/surface.ts';

/** A call that must come through, paid by the key given (or by none). */
async function expectPaid(
  surface: Surface,
  headers: Record<string, string>,
  pays: 'client' | 'server',
  key: string | undefined,
): Promise<void> {
  const answer = await surface.chat(headers);
  expect(answer.status).toBe(200);
  expect(answer.head.header('x-nexcode-credentials')).toBe(pays);
  expect(surface.asked.head.header('authorization')).toBe(key && `Bearer ${key}`);
  expect(JSON.stringify(surface.asked.head.rawHeaders)).not.toContain(API_TOKEN);
}

/** A call that must be refused before anything goes upstream. */
async function expectRefused(
  surface: Surface,
  headers: Record<string, string>,
  status: number,
  code: string,
): Promise<string> {
  const before = surface.upstream.exchanges.length;
  const answer = await surface.chat(headers);
  expect(answer.status).toBe(status);
  const error = errorOf(answer);
  expect(error.code).toBe(code);
  expect(answer.head.header('x-nexcode-credentials')).toBe('none');
  expect(answer.head.header('www-authenticate')).toBe(status === 401 ? 'Bearer' : undefined);
  expect(surface.upstream.exchanges).toHaveLength(before);
  return error.message;
}

test('row 1: the server token makes the server pay, wherever the client puts it, on an open and a closed server', async () => {
  for (const settings of [CLOSED, OPEN]) {
    await using surface = await startSurface(settings);
    for (const headers of [
      bearer(API_TOKEN),
      { Authorization: `bEaReR    ${API_TOKEN}  ` },
      { authorization: '', 'api-key': API_TOKEN },
      { 'x-api-key': ` ${API_TOKEN}` },
      { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': API_TOKEN },
      { authorization: 'Bearer ', 'api-key': '', 'x-api-key': API_TOKEN },
    ]) {
      await expectPaid(surface, headers, 'server', SERVER_KEY);
    }
  }
});

test('row 1: a server token that looks like a client key is still the server token', async () => {
  const token = 'sk-this-is-the-server-token';
  await using surface = await startSurface({ ...CLOSED, API_TOKEN: token, ALLOW_CLIENT_KEYS: 'false' });
  await expectPaid(surface, bearer(token), 'server', SERVER_KEY);
  expect(surface.asked.head.header('authorization')).not.toContain(token);
});

test('row 2: a client key goes upstream as it is and the key of the server is never used', async () => {
  const allowed = { ALLOW_CLIENT_KEYS: 'true' };
  for (const settings of [CLOSED, OPEN, allowed, { ...allowed, REQUIRE_AUTH: 'true' }]) {
    await using surface = await startSurface(settings);
    await expectPaid(surface, bearer(CLIENT_KEY), 'client', CLIENT_KEY);
    await expectPaid(surface, { 'api-key': CLIENT_KEY }, 'client', CLIENT_KEY);
    expect(surface.asked.head.header('api-key')).toBeUndefined();
    expect(surface.asked.head.header('x-api-key')).toBeUndefined();
  }
});

test('a closed server without a key, before an upstream that checks none, takes no keys of callers', async () => {
  for (const settings of [{ API_TOKEN, REQUIRE_AUTH: 'true' }, { API_TOKEN }]) {
    await using surface = await startSurface(settings);
    await expectRefused(surface, bearer('sk-anything'), 401, 'client_keys_disabled');
    expect(surface.upstream.exchanges).toEqual([]);
    expect((await surface.chat(bearer(API_TOKEN))).status).toBe(200);
  }
  await using open = await startSurface({ REQUIRE_AUTH: 'false' });
  await expectPaid(open, bearer(CLIENT_KEY), 'client', CLIENT_KEY);
});

test.each([
  { forwarded: 'for=192.0.2.1' },
  { via: '1.1 proxy' },
  { 'x-real-ip': '127.0.0.1' },
  { 'x-forwarded-proto': 'https' },
  { 'x-forwarded-anything': 'x' },
  { 'cf-connecting-ip': '192.0.2.1' },
])('a local server that is open because nobody said otherwise is closed to %j', async (headers) => {
  await using surface = await startSurface({ LOCAL_SERVER: 'true', OPENAI_API_KEY: SERVER_KEY, API_TOKEN });
  expect((await surface.chat()).status).toBe(200);
  expect((await surface.chat({ 'cf-connecting-ip': '127.0.0.1' })).status).toBe(200);
  const message = await expectRefused(surface, headers, 401, 'invalid_api_key');
  expect(message).toContain('proxy');
  expect((await surface.chat({ ...headers, ...bearer(API_TOKEN) })).status).toBe(200);
});

test('PUBLIC_HOSTS binds every server to its names', async () => {
  await using surface = await startSurface({ ...OPEN, PUBLIC_HOSTS: 'chat.example.com' });
  expect((await surface.chat({ host: 'chat.example.com' })).status).toBe(200);
  expect((await surface.chat({ host: 'localhost:8000' })).status).toBe(200);
  expect((await surface.chat({ host: 'other.example.com' })).status).toBe(403);
  await using any = await startSurface(OPEN);
  expect((await any.chat({ host: 'other.example.com' })).status).toBe(200);
});

test('row 2: a refused client key is the answer, never the reason to try the key of the server', async () => {
  await using surface = await startSurface(OPEN);
  const refusal =
    '{"error":{"message":"Incorrect API key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}';
  surface.upstream.reply(async (exchange) => {
    await exchange.head(401, { 'content-type': 'application/json' });
    await exchange.body(refusal);
    await exchange.end();
  });
  const answer = await surface.chat(bearer(CLIENT_KEY));
  expect(answer).toMatchObject({ status: 401 });
  expect(answer.text()).toBe(refusal);
  expect(surface.upstream.exchanges).toHaveLength(1);
});

test('no bearer stops the server, whatever the pattern for keys is', async () => {
  await using surface = await startSurface({ ...CLOSED, CLIENT_KEY_PATTERN: '^(a+)+$' });
  for (const token of [`${'a'.repeat(4000)}!`, 'a'.repeat(5000)]) {
    const answer = await surface.chat(bearer(token));
    expect([answer.status, errorOf(answer).code]).toEqual([401, 'invalid_api_key']);
  }
  expect((await surface.chat(bearer('a'.repeat(4000)))).status).toBe(200);
  expect(surface.upstream.exchanges).toHaveLength(1);
});

test("row 2: what a client key looks like is the operator's to say", async () => {
  await using surface = await startSurface({ ...CLOSED, CLIENT_KEY_PATTERN: '^team_' });
  await expectPaid(surface, bearer('team_1'), 'client', 'team_1');
  await expectRefused(surface, bearer(CLIENT_KEY), 401, 'invalid_api_key');
});

test('row 3: client keys that are not allowed are refused, on an open server too', async () => {
  for (const settings of [CLOSED, OPEN]) {
    await using surface = await startSurface({ ...settings, ALLOW_CLIENT_KEYS: 'false' });
    const message = await expectRefused(surface, bearer(CLIENT_KEY), 401, 'client_keys_disabled');
    expect(message).not.toContain(CLIENT_KEY);
    await expectPaid(surface, bearer(API_TOKEN), 'server', SERVER_KEY);
  }
});

test('rows 5 and 6: a closed server refuses no token and a wrong one, and names the cure', async () => {
  await using surface = await startSurface(CLOSED);
  expect(await expectRefused(surface, {}, 401, 'invalid_api_key')).toContain("didn't provide an API key");
  for (const wrong of [
    'dummy',
    `${API_TOKEN}x`,
    API_TOKEN.slice(1),
    API_TOKEN.toUpperCase(),
    'undefined',
    'null',
  ]) {
    const message = await expectRefused(surface, bearer(wrong), 401, 'invalid_api_key');
    expect(message).toContain('Authentication failed');
    expect(message).toContain('REQUIRE_AUTH is true');
    if (wrong !== 'null') expect(message).not.toContain(wrong);
  }
  for (const empty of ['Bearer', 'Bearer ', 'Basic abc', API_TOKEN, `Token ${API_TOKEN}`]) {
    await expectRefused(surface, { authorization: empty }, 401, 'invalid_api_key');
  }
});

test('rows 5 and 6: a server that has a key and no say about REQUIRE_AUTH is closed, and says why', async () => {
  await using surface = await startSurface({ OPENAI_API_KEY: SERVER_KEY, API_TOKEN });
  expect(await expectRefused(surface, {}, 401, 'invalid_api_key')).toContain('REQUIRE_AUTH is unset');
});

test('rows 5 and 6: a demand for a token that nobody has set fails closed', async () => {
  for (const settings of [
    { OPENAI_API_KEY: SERVER_KEY, REQUIRE_AUTH: 'true' },
    { OPENAI_API_KEY: SERVER_KEY, REQUIRE_AUTH: 'true', API_TOKEN: '  ' },
    { OPENAI_API_KEY: SERVER_KEY },
  ]) {
    await using surface = await startSurface(settings);
    for (const headers of [
      {},
      bearer('dummy'),
      bearer('undefined'),
      { cookie: `nexcode-${new URL(surface.url).port}=1.x`, 'sec-fetch-site': 'same-origin' },
    ]) {
      const answer = await surface.chat(headers);
      expect(answer.status).toBe(500);
      expect(errorOf(answer).code).toBe('server_misconfigured');
      expect(errorOf(answer).message).toContain('API_TOKEN');
      expect(answer.head.header('x-should-retry')).toBe('false');
    }
    await expectPaid(surface, bearer(CLIENT_KEY), 'client', CLIENT_KEY);
    const health = await surface.ask('/health');
    expect(health.status).toBe(500);
    expect(health.json()).toMatchObject({ status: 'unhealthy', problems: [{ name: 'API_TOKEN' }] });
  }
});

test('row 7: a placeholder works on an open server, and stays here where the server has a key', async () => {
  await using surface = await startSurface(OPEN);
  for (const placeholder of ['dummy', 'none', 'ollama', 'EMPTY']) {
    await expectPaid(surface, bearer(placeholder), 'server', SERVER_KEY);
  }
});

test('row 7: without a key of the server any bearer goes upstream, unless client keys are not allowed', async () => {
  await using open = await startSurface({ REQUIRE_AUTH: 'false' });
  await expectPaid(open, bearer('lm-studio'), 'client', 'lm-studio');
  await using keysOff = await startSurface({ REQUIRE_AUTH: 'false', ALLOW_CLIENT_KEYS: 'false' });
  await expectPaid(keysOff, bearer('lm-studio'), 'server', undefined);
});

test('row 8: nobody in particular is served on an open server, with its key or with none', async () => {
  await using withKey = await startSurface(OPEN);
  await expectPaid(withKey, {}, 'server', SERVER_KEY);
  await using without = await startSurface({ REQUIRE_AUTH: 'false' });
  await expectPaid(without, {}, 'server', undefined);
});

test('an unset API_TOKEN equals nothing', async () => {
  await using surface = await startSurface({
    OPENAI_API_KEY: SERVER_KEY,
    REQUIRE_AUTH: 'false',
    ALLOW_CLIENT_KEYS: 'false',
  });
  for (const token of ['undefined', 'null', 'false', '0']) {
    const answer = await surface.ask('/v1/files', { headers: bearer(token) });
    expect(answer.status).toBe(403);
  }
  expect(surface.upstream.exchanges).toHaveLength(0);
});

test('without any key api.openai.com is not even asked, and the refusal names the three cures', async () => {
  await using surface = await startSurface({ OPENAI_API_BASE: '', API_TOKEN, REQUIRE_AUTH: 'false' });
  for (const headers of [{}, bearer(API_TOKEN)]) {
    const answer = await surface.chat(headers);
    expect(answer.status).toBe(401);
    const { code, message } = errorOf(answer);
    expect(code).toBe('invalid_api_key');
    for (const cure of ['key of your own', 'OPENAI_API_KEY', '"nexcode"']) expect(message).toContain(cure);
  }
});

test('with the key of the server the organization and project of the client are dropped, with its own they travel', async () => {
  const account = {
    'OpenAI-Organization': 'org-1',
    'OpenAI-Project': 'proj-1',
    'OpenAI-Beta': 'assistants=v2',
  };
  await using surface = await startSurface(OPEN);
  const seen = async (headers: Record<string, string>) => {
    await surface.chat({ ...account, ...headers });
    const { head } = surface.asked;
    return ['openai-organization', 'openai-project', 'openai-beta'].map((name) => head.header(name));
  };
  expect(await seen(bearer(CLIENT_KEY))).toEqual(['org-1', 'proj-1', 'assistants=v2']);
  expect(await seen(bearer(API_TOKEN))).toEqual([undefined, undefined, 'assistants=v2']);
  expect(await seen({})).toEqual([undefined, undefined, 'assistants=v2']);
});

test('a setting that makes no sense closes every door and names itself, never its value', async () => {
  await using surface = await startSurface({ ...OPEN, REQUIRE_AUTH: 'perhaps-private', MAX_TOKENS: '-7' });
  const answer = await surface.chat(bearer(API_TOKEN));
  expect(answer.status).toBe(500);
  const { code, message } = errorOf(answer);
  expect(code).toBe('server_misconfigured');
  expect(message).toContain('REQUIRE_AUTH');
  expect(message).toContain('MAX_TOKENS');
  expect(message).not.toContain('perhaps-private');
  expect(answer.head.header('x-should-retry')).toBe('false');
  const health = await surface.ask('/health');
  expect(health.status).toBe(500);
  expect(health.text()).not.toContain('perhaps-private');
  expect(surface.upstream.exchanges).toHaveLength(0);
});
