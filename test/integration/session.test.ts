/** The page's login, as a browser and whoever plays one would use it. */
import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import type { Answer } from '../support/http.ts';
import { asOperator, issue, PROJECT, startKeyed } from '../support/keys.ts';
import {
  API_TOKEN,
  bearer,
  CLOSED,
  errorOf,
  JSON_TYPE,
  SERVER_KEY,
  type Surface,
  startSurface,
} from '../support/surface.ts';

const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
const WEEK_S = 7 * 24 * 60 * 60;

function login(
  surface: Surface,
  token: unknown = API_TOKEN,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return surface.ask('/session', {
    method: 'POST',
    headers: { ...JSON_TYPE, ...OWN_PAGE, ...headers },
    body: JSON.stringify({ token }),
  });
}

/** The cookie pair that a browser would send back. */
function cookieOf(answer: Answer): string {
  return answer.head.header('set-cookie')?.split(';')[0] ?? '';
}

/** The cookie's name at a server: servers on several ports of a host see each other's cookies. */
function nameOf(surface: Surface): string {
  return `nexcode-${new URL(surface.url).port}`;
}

/** A cookie as the gateway would sign it. */
function forge(surface: Surface, token: string, expiresS: number | string): string {
  const key = Buffer.from(hkdfSync('sha256', token, Buffer.alloc(32), 'nexcode session cookie v1', 32));
  const value = `${expiresS}.token`;
  const signature = createHmac('sha256', key).update(value).digest('base64');
  return `${nameOf(surface)}=${encodeURIComponent(`${value}.${signature}`)}`;
}

test('the server token buys a cookie that no script and no other site can use, for seven days', async () => {
  await using surface = await startSurface(CLOSED);
  const answer = await login(surface);
  expect([answer.status, answer.body.length]).toEqual([204, 0]);
  const [pair = '', ...attributes] = answer.head.header('set-cookie')?.split('; ') ?? [];
  expect(pair.split('=')[0]).toBe(nameOf(surface));
  expect(pair).not.toContain(API_TOKEN);
  expect(attributes.sort()).toEqual(['HttpOnly', `Max-Age=${WEEK_S}`, 'Path=/', 'SameSite=Strict']);
  const expiresS = Number(decodeURIComponent(pair).split('=')[1]?.split('.')[0]);
  expect(Math.abs(expiresS - Date.now() / 1000 - WEEK_S)).toBeLessThan(60);
  expect(surface.upstream.exchanges).toHaveLength(0);
});

test('over https the cookie is Secure and bound to its host', async () => {
  await using surface = await startSurface(CLOSED, startGateway);
  const https = { 'X-Forwarded-Proto': 'https' };
  const answer = await login(surface, API_TOKEN, https);
  const [pair = '', ...attributes] = answer.head.header('set-cookie')?.split('; ') ?? [];
  expect(pair).toMatch(/^__Host-nexcode=/);
  expect(attributes.sort()).toEqual(['HttpOnly', `Max-Age=${WEEK_S}`, 'Path=/', 'SameSite=Strict', 'Secure']);
  const cookie = cookieOf(answer);
  expect((await surface.chat({ ...OWN_PAGE, ...https, cookie })).status).toBe(200);
  expect(
    (await surface.chat({ ...OWN_PAGE, ...https, cookie: cookie.replace('__Host-nexcode', nameOf(surface)) }))
      .status,
  ).toBe(401);
  const out = await surface.ask('/session', { method: 'DELETE', headers: { ...OWN_PAGE, ...https, cookie } });
  expect(out.head.header('set-cookie')).toMatch(/^__Host-nexcode=; .*Max-Age=0/);
});

test('row 4: the login makes the server pay for stateless endpoints, and the cookie stays here', async () => {
  await using surface = await startSurface(CLOSED);
  const cookie = cookieOf(await login(surface));
  const answer = await surface.chat({ ...OWN_PAGE, cookie: `theme=dark; ${cookie}` });
  expect(answer.status).toBe(200);
  expect(answer.head.header('x-nexcode-credentials')).toBe('server');
  expect(surface.asked.head.header('authorization')).toBe(`Bearer ${SERVER_KEY}`);
  expect(surface.asked.head.header('cookie')).toBeUndefined();
  expect((await surface.ask('/v1/models', { headers: { ...OWN_PAGE, cookie } })).status).toBe(200);
  const files = await surface.ask('/v1/files', { headers: { ...OWN_PAGE, cookie } });
  expect([files.status, errorOf(files).code]).toEqual([403, 'endpoint_not_allowed']);
  const admin = await surface.ask('/v1/organization/users', { headers: { ...OWN_PAGE, cookie } });
  expect(admin.status).toBe(403);
});

test("on any request that is not the own page's the cookie does not exist", async () => {
  await using surface = await startSurface(CLOSED);
  const cookie = cookieOf(await login(surface));
  const own = new URL(surface.url).host;
  for (const headers of [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'Same-Origin' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { origin: `http://${own}`, 'sec-fetch-site': 'cross-site' },
    { origin: `http://${own}.evil.example` },
    { origin: `http://${own}`, host: 'evil.example' },
  ]) {
    expect([headers, (await surface.chat({ ...headers, cookie })).status]).toEqual([headers, 401]);
    const session = await surface.ask('/session', { headers: { ...headers, cookie } });
    expect(session.json()).toMatchObject({ authenticated: false });
  }
  expect((await surface.chat({ origin: `http://${own}`, cookie })).status).toBe(200);
  // Behind a proxy that speaks https the host has no port, and neither has the name.
  const behindProxy = { origin: 'https://chat.example', host: 'chat.example' };
  const there = cookieOf(
    await login(surface, API_TOKEN, { ...behindProxy, 'sec-fetch-site': 'same-origin' }),
  );
  expect(there).toMatch(/^nexcode=/);
  expect((await surface.chat({ ...behindProxy, cookie: there })).status).toBe(200);
});

test('a bearer beside the cookie is judged by itself', async () => {
  await using surface = await startSurface(CLOSED);
  const cookie = cookieOf(await login(surface));
  expect((await surface.chat({ ...OWN_PAGE, cookie, ...bearer('dummy') })).status).toBe(401);
  const own = await surface.chat({ ...OWN_PAGE, cookie, ...bearer('sk-my-own-key') });
  expect(own.head.header('x-nexcode-credentials')).toBe('client');
  expect(surface.asked.head.header('authorization')).toBe('Bearer sk-my-own-key');
  expect((await surface.chat({ ...OWN_PAGE, cookie, authorization: 'Bearer ' })).status).toBe(200);
});

test('only a cookie that the gateway has signed and that has not run out counts', async () => {
  await using surface = await startSurface(CLOSED);
  const soon = Math.floor(Date.now() / 1000) + 600;
  const name = nameOf(surface);
  const valid = forge(surface, API_TOKEN, soon);
  expect((await surface.chat({ ...OWN_PAGE, cookie: valid })).status).toBe(200);
  const real = cookieOf(await login(surface));
  for (const cookie of [
    forge(surface, API_TOKEN, soon - 1200),
    forge(surface, API_TOKEN, 0),
    forge(surface, API_TOKEN, 'NaN'),
    forge(surface, API_TOKEN, ''),
    forge(surface, 'another token', soon),
    forge(surface, '', soon),
    `${name}=${soon}`,
    `${name}=${soon}.`,
    `${name}=${soon}.AAAA`,
    valid.replace(name, 'nexcode'),
    valid.replace(name, 'nexcode-1'),
    real.replace(/=\d/, '=9'),
    real.slice(0, -4),
    real.replace('nexcode', 'NEXCODE'),
    `${name}=; x=${real}`,
    name,
    '=',
    ';;;',
    `${name}=${'9'.repeat(5000)}`,
    `${name}=%E0%A4%A`,
  ]) {
    expect([cookie, (await surface.chat({ ...OWN_PAGE, cookie })).status]).toEqual([cookie, 401]);
  }
});

test('a new server token ends every session', async () => {
  await using before = await startSurface(CLOSED);
  const cookie = cookieOf(await login(before));
  const at = (surface: Surface) => cookie.replace(nameOf(before), nameOf(surface));
  await using same = await startSurface(CLOSED);
  expect((await same.chat({ ...OWN_PAGE, cookie: at(same) })).status).toBe(200);
  expect((await same.chat({ ...OWN_PAGE, cookie })).status).toBe(401);
  await using after = await startSurface({ ...CLOSED, API_TOKEN: `${API_TOKEN}-2` });
  expect((await after.chat({ ...OWN_PAGE, cookie: at(after) })).status).toBe(401);
  await using none = await startSurface({ ...CLOSED, API_TOKEN: '', REQUIRE_AUTH: 'true' });
  expect((await none.chat({ ...OWN_PAGE, cookie: at(none) })).status).toBe(500);
});

test('a wrong token is refused without a cookie and without being repeated', async () => {
  await using surface = await startSurface(CLOSED);
  for (const token of [
    'wrong-token-guessed',
    '',
    API_TOKEN.slice(1),
    'undefined',
    `${API_TOKEN}\0`,
    `${API_TOKEN}\0\0`,
  ]) {
    const answer = await login(surface, token);
    expect(answer.status).toBe(401);
    const error = errorOf(answer);
    expect(error).toMatchObject({ code: 'invalid_api_key', param: 'token' });
    expect(error.message).not.toContain('guessed');
    expect(answer.head.header('set-cookie')).toBeUndefined();
  }
  expect((await login(surface, ` ${API_TOKEN}\n`)).status).toBe(204);
});

test('a login that is no login gets a clear refusal', async () => {
  await using surface = await startSurface(CLOSED);
  const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    surface.ask('/session', { method: 'POST', headers: { ...headers, ...OWN_PAGE }, body });
  for (const [body, code] of [
    ['{}', 'missing_required_parameter'],
    ['{"token":1}', 'invalid_type'],
    ['{"token":null}', 'invalid_type'],
    ['[]', 'invalid_type'],
    ['', 'invalid_json'],
    ['{"token":', 'invalid_json'],
    ['{"__proto__":{"token":"x"}}', 'missing_required_parameter'],
  ] as const) {
    const answer = await post(body);
    expect([body, answer.status, errorOf(answer).code]).toEqual([body, 400, code]);
  }
  const form = await post(`token=${API_TOKEN}`, { 'content-type': 'application/x-www-form-urlencoded' });
  expect([form.status, errorOf(form).code]).toEqual([400, 'unsupported_content_type']);
  const put = await surface.ask('/session', { method: 'PUT', headers: OWN_PAGE, body: '{}' });
  expect([put.status, errorOf(put).code, put.head.header('allow')]).toEqual([
    405,
    'method_not_allowed',
    'GET, POST, DELETE',
  ]);
});

test('no other website may log anybody in or out', async () => {
  await using surface = await startSurface({ ...CLOSED, CORS_ORIGINS: 'https://friend.example' });
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://friend.example' },
  ]) {
    const inside = await login(surface, API_TOKEN, headers);
    expect([inside.status, errorOf(inside).code]).toEqual([403, 'cross_origin_refused']);
    const out = await surface.ask('/session', { method: 'DELETE', headers });
    expect([out.status, out.head.header('set-cookie')]).toEqual([403, undefined]);
  }
});

test('logging out takes the cookie back', async () => {
  await using surface = await startSurface(CLOSED);
  const cookie = cookieOf(await login(surface));
  const out = await surface.ask('/session', { method: 'DELETE', headers: { ...OWN_PAGE, cookie } });
  expect([out.status, out.body.length]).toEqual([204, 0]);
  expect(out.head.header('set-cookie')).toMatch(new RegExp(`^${nameOf(surface)}=; .*Max-Age=0`));
});

test('GET /session tells the page what it needs and nobody a secret', async () => {
  await using closed = await startSurface({ ...CLOSED, OPENAI_MODEL: 'gpt-x' });
  const before = await closed.ask('/session', { headers: OWN_PAGE });
  expect(before.json()).toEqual({
    object: 'session',
    authenticated: false,
    login_required: true,
    login_available: true,
    server_key: true,
    default_model: 'gpt-x',
    login: null,
    ledger: false,
    resumable: false,
    client_keys: true,
    client_key_hosts: [new URL(closed.upstream.base).host],
    client_key_pattern: '^sk-',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
  expect(before.head.header('cache-control')).toBe('no-store');
  expect(before.text()).not.toContain(API_TOKEN);
  const cookie = cookieOf(await login(closed));
  const after = await closed.ask('/session', { headers: { ...OWN_PAGE, cookie } });
  expect(after.json()).toMatchObject({ authenticated: true, login: 'token' });
  await using open = await startSurface({ OPENAI_API_BASE: '', ALLOW_CLIENT_KEYS: 'false' });
  expect((await open.ask('/session')).json()).toMatchObject({
    login_required: false,
    login_available: false,
    server_key: false,
    client_keys: false,
    client_key_hosts: [],
  });
});

test('a server without a token has no login', async () => {
  await using surface = await startSurface({ REQUIRE_AUTH: 'false' });
  for (const token of ['', 'undefined', 'x']) {
    const answer = await login(surface, token);
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'login_unavailable']);
    expect(errorOf(answer).message).toContain('API_TOKEN');
  }
});

test("wrong tokens are limited, all together on one's own server; no website uses them up and nobody shuts the owner out", async () => {
  await using surface = await startSurface({ ...CLOSED, SELF_HOSTED: 'true' }, startGateway);
  for (let attempt = 0; attempt < 30; attempt += 1) {
    expect((await login(surface, 'x', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  }
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const answer = await login(surface, 'guess', { 'cf-connecting-ip': `10.0.0.${attempt}` });
    statuses.push(answer.status);
    if (answer.status !== 429) continue;
    expect(errorOf(answer)).toMatchObject({ code: 'rate_limit_exceeded', type: 'requests' });
    expect(answer.head.header('retry-after')).toBe('60');
  }
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
  expect((await login(surface)).status).toBe(204);
  expect((await surface.chat(bearer(API_TOKEN))).status).toBe(200);
  // As a bearer a wrong token is refused and never counted here: the address is what the client says.
  for (let attempt = 0; attempt < 12; attempt += 1) {
    expect((await surface.chat(bearer('guess'))).status).toBe(401);
  }
});

test('a token that could be guessed is guessed ten times a minute at most, also when it is right', async () => {
  await using surface = await startSurface(
    { ...CLOSED, API_TOKEN: 'short', SELF_HOSTED: 'true' },
    startGateway,
  );
  expect((await login(surface, 'short')).status).toBe(204);
  for (let attempt = 0; attempt < 9; attempt += 1) expect((await login(surface, 'guess')).status).toBe(401);
  expect((await login(surface, 'short')).status).toBe(429);
  const health = await surface.ask('/health');
  expect([health.status, health.json()]).toMatchObject([
    200,
    { warnings: [{ name: 'API_TOKEN', message: expect.stringContaining('fewer than 20 characters') }] },
  ]);
  const warned = surface.log.filter((line) => line.includes('"API_TOKEN"'));
  expect(warned).toHaveLength(1);
  expect(warned[0]).toMatch(/^\{"step":"warning"/);
});

describe('on Cloudflare', () => {
  const PLATFORM = { ...CLOSED, SELF_HOSTED: 'false', LOCAL_SERVER: 'false' };
  const from = (address: string) => ({ 'cf-connecting-ip': address });
  const tooMany = async (answer: Promise<Answer>) => {
    const { status, head } = await answer;
    return status === 429 && head.header('retry-after') === '60';
  };

  test('wrong tokens are counted by address, as logins are, and the right one is not compared any more', async () => {
    await using surface = await startSurface(PLATFORM, startGateway);
    const wrong = (address: string) => surface.chat({ ...from(address), ...bearer('guess') });
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await wrong('203.0.113.1')).status).toBe(401);
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect((await login(surface, 'guess', from('203.0.113.1'))).status).toBe(401);
    expect(await tooMany(wrong('203.0.113.1'))).toBe(true);
    expect(await tooMany(surface.chat({ ...from('203.0.113.1'), ...bearer(API_TOKEN) }))).toBe(true);
    expect(await tooMany(login(surface, API_TOKEN, from('203.0.113.1')))).toBe(true);
    // Others are served, and so is a key of the caller's own, which is no guess.
    expect((await surface.chat({ ...from('203.0.113.2'), ...bearer(API_TOKEN) })).status).toBe(200);
    expect((await login(surface, API_TOKEN, from('203.0.113.2'))).status).toBe(204);
    expect((await surface.chat({ ...from('203.0.113.1'), ...bearer('sk-of-my-own') })).status).toBe(200);
  });

  test('what succeeds asks nobody, however often', async () => {
    await using surface = await startSurface(PLATFORM, startGateway);
    for (let call = 0; call < 15; call += 1) {
      expect((await surface.chat({ ...from('203.0.113.3'), ...bearer(API_TOKEN) })).status).toBe(200);
      expect((await login(surface, API_TOKEN, from('203.0.113.3'))).status).toBe(204);
      expect((await surface.chat(from('203.0.113.3'))).status).toBe(401);
    }
  });

  test.each([
    ['a stateful endpoint', '/v1/files', '{}', 403],
    ['something that is kept', '/v1/responses', '{"input":"x","store":true}', 400],
  ])('at an open door %s tells no more guesses apart than a closed one', async (_, path, body, status) => {
    await using surface = await startSurface({ ...PLATFORM, REQUIRE_AUTH: 'false' }, startGateway);
    const guess = (token: string) =>
      surface.ask(path, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...from('203.0.113.4'), ...bearer(token) },
        body,
      });
    for (let attempt = 0; attempt < 11; attempt += 1)
      expect([status, 429]).toContain((await guess('dummy')).status);
    expect(await tooMany(guess(API_TOKEN))).toBe(true);
    // Placeholders that are no guess are served as before.
    const chats = Array.from({ length: 15 }, () =>
      surface.chat({ ...from('203.0.113.5'), ...bearer('dummy') }),
    );
    expect((await Promise.all(chats)).map((answer) => answer.status)).toEqual(Array<number>(15).fill(200));
  });
});

test('an issued key logs in, sees itself, and is out at once when it is revoked', async () => {
  await using surface = await startKeyed();
  const key = await issue(surface, { rpm: 100 });
  const cookie = cookieOf(await login(surface, key.value));
  expect(cookie).not.toContain(key.value);
  const session = () => surface.ask('/session', { headers: { ...OWN_PAGE, cookie } });
  expect((await session()).json()).toMatchObject({ authenticated: true, login: key.id });
  expect((await surface.chat({ ...OWN_PAGE, cookie })).head.header('x-ratelimit-limit-requests')).toBe('100');
  expect((await surface.ask('/v1/key', { headers: { ...OWN_PAGE, cookie } })).json()).toMatchObject({
    id: key.id,
  });
  await asOperator(surface, `${PROJECT}/api_keys/${key.id}`, { method: 'DELETE' });
  expect((await session()).json()).toMatchObject({ authenticated: false, login: null });
  expect((await surface.chat({ ...OWN_PAGE, cookie })).status).toBe(401);
  expect((await login(surface, key.value)).status).toBe(401);
});
