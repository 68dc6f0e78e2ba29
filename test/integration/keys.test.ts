import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { respond } from '../support/answers.ts';
import { asOperator, issue, PROJECT, settled, startKeyed } from '../support/keys.ts';
import {
  API_TOKEN,
  bearer,
  CLOSED,
  errorOf,
  JSON_TYPE,
  OPEN,
  type Surface,
  startSurface,
} from '../support/surface.ts';

const MADE_UP = `sk-nx-${'a'.repeat(48)}`;

describe('a token that begins with sk-nx-', () => {
  test.each([
    ['an open server', OPEN],
    ['a closed one', CLOSED],
    ['one without any key of its own', { OPENAI_API_KEY: '', REQUIRE_AUTH: 'false' }],
  ])('is refused by %s that issues no keys, and never forwarded', async (_, settings) => {
    await using surface = await startSurface(settings);
    for (const headers of [bearer(MADE_UP), { 'api-key': MADE_UP }, { 'x-api-key': MADE_UP }]) {
      const answer = await surface.chat(headers);
      expect(answer.status).toBe(401);
      expect(errorOf(answer).code).toBe('invalid_api_key');
      expect(answer.head.header('www-authenticate')).toBe('Bearer');
    }
    expect(surface.upstream.exchanges).toHaveLength(0);
  });
});

describe('a server that issues keys', () => {
  let surface: Surface;
  beforeAll(async () => {
    surface = await startKeyed();
  });
  afterAll(() => surface[Symbol.asyncDispose]());

  test('issues no key without the limits that were asked for, however long their text is', async () => {
    const models = Array.from({ length: 90 }, (_, at) => `model-${at}-${'x'.repeat(60)}`);
    const key = await issue(surface, { models, budget: { usd: 1 } });
    const shown = await surface.ask('/v1/key', { headers: bearer(key.value) });
    expect(shown.json()).toMatchObject({ limits: { models, budget: { usd: 1 } } });
    const wrong = await asOperator(surface, `${PROJECT}/service_accounts`, {
      method: 'POST',
      body: JSON.stringify({ name: 'ci', limits: { models: [...models, 7] } }),
    });
    expect(wrong.status).toBe(400);
  });

  test.each([
    [{ rpm: 0 }, 'limits.rpm', 'at least 1'],
    [{ rpm: 1.5 }, 'limits.rpm', 'expected an integer, but got a decimal number'],
    [{ tpm: 1e13 }, 'limits.tpm', 'at most 1000000000000'],
    [{ budget: { usd: '5' } }, 'limits.budget.usd', 'expected a number, but got a string'],
    [{ budget: { usd: 0 } }, 'limits.budget.usd', 'more than 0'],
    [{ budget: { usd: 5, tokens: 5 } }, 'limits.budget', 'either usd or tokens'],
    [{ budget: { usd: 5, period: 'year' } }, 'limits.budget.period', "'day', 'week', 'month', 'total'"],
    [{ models: ['a', ''] }, 'limits.models[1]', 'length must be at least 1'],
    [{ rpms: 5 }, 'limits', 'not known here'],
  ])('says where limits are wrong and what they may be: %j', async (limits, param, cure) => {
    const answer = await asOperator(surface, `${PROJECT}/service_accounts`, {
      method: 'POST',
      body: JSON.stringify({ name: 'ci', limits }),
    });
    expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
    expect(errorOf(answer).message).toContain(cure);
  });

  test.each([
    ['PUT', '/v1/key'],
    ['DELETE', `${PROJECT}/service_accounts`],
    ['PUT', `${PROJECT}/service_accounts/svc_acct_0`],
    ['GET', `${PROJECT}/service_accounts/svc_acct_0/api_keys`],
    ['POST', `${PROJECT}/api_keys`],
    ['PUT', `${PROJECT}/api_keys/key_0`],
    ['POST', '/v1/organization/costs'],
    ['DELETE', '/v1/organization/usage/completions'],
    ['POST', '/v1/usage/export'],
    ['GET', '/v1/usage/reprice'],
  ])('refuses %s %s, and sends none of it to the vendor', async (method, path) => {
    const before = surface.upstream.exchanges.length;
    const answer = await asOperator(surface, path, { method });
    expect(answer.status).toBe(405);
    expect(errorOf(answer).code).toBe('method_not_allowed');
    expect(answer.head.header('allow')).toMatch(/^[A-Z, ]+$/);
    expect(surface.upstream.exchanges).toHaveLength(before);
  });

  test('answers a wrong tag and an unknown id by the same bytes', async () => {
    const { value } = await issue(surface);
    const wrongTag = await surface.chat(bearer(`${value.slice(0, -1)}${value.endsWith('a') ? 'b' : 'a'}`));
    const madeUp = await surface.chat(bearer(MADE_UP));
    expect([wrongTag.status, madeUp.status]).toEqual([401, 401]);
    expect(wrongTag.text()).toBe(madeUp.text());
  });

  test('issues a key that reaches the model, by the server’s key, with what is left in headers', async () => {
    const key = await issue(surface, { rpm: 10, tpm: 10_000, budget: { usd: 1, period: 'day' } });
    expect(key.value).toMatch(/^sk-nx-[0-9A-Za-z]{48}$/);
    surface.upstream.reply(
      respond(undefined, 200, {
        'content-type': 'application/json',
        'x-ratelimit-limit-requests': '99999',
        'openai-organization': 'org-of-the-operator',
      }),
    );
    const answer = await surface.chat(bearer(key.value));
    expect(answer.status).toBe(200);
    expect(answer.head.header('x-nexcode-credentials')).toBe('server');
    expect(answer.head.header('x-ratelimit-limit-requests')).toBe('10');
    expect(answer.head.header('x-ratelimit-remaining-requests')).toBe('9');
    expect(answer.head.header('openai-organization')).toBeUndefined();
    expect(surface.asked.head.header('authorization')).toBe('Bearer sk-server-of-the-operator');
    // 71 + 64 bytes of prompt at 1 n$ a thousandth, and 1,000 tokens of answer at two.
    expect(answer.head.header('x-nexcode-filled')).toBe('max_tokens');
    const { left } = await settled(surface, key);
    // Five tokens in and two out, as the upstream counted.
    expect(left.budget).toMatchObject({ spent: 0.000009, held: 0 });
  });

  test('refuses a revoked key at the next request', async () => {
    const key = await issue(surface);
    expect((await surface.chat(bearer(key.value))).status).toBe(200);
    const asked = surface.upstream.exchanges.length;
    const deleted = await asOperator(surface, `${PROJECT}/api_keys/${key.id}`, { method: 'DELETE' });
    expect(deleted.json()).toEqual({
      object: 'organization.project.api_key.deleted',
      id: key.id,
      deleted: true,
    });
    expect((await surface.chat(bearer(key.value))).status).toBe(401);
    expect((await surface.ask('/v1/models', { headers: bearer(key.value) })).status).toBe(401);
    expect(surface.upstream.exchanges).toHaveLength(asked);
  });

  test('keeps a key to its models, in calls and in the list', async () => {
    const key = await issue(surface, { models: ['gpt-4*'] });
    const refused = await surface.chat(bearer(key.value));
    expect(refused.status).toBe(404);
    expect(errorOf(refused).code).toBe('model_not_found');
    const listed = await surface.ask('/v1/models', { headers: bearer(key.value) });
    expect((listed.json() as { data: { id: string }[] }).data.map(({ id }) => id)).not.toContain('nexcode');
    expect((await surface.ask('/v1/models/nexcode', { headers: bearer(key.value) })).status).toBe(404);
  });

  test('counts requests of any minute exactly', async () => {
    const key = await issue(surface, { rpm: 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => surface.chat(bearer(key.value))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused && errorOf(refused)).toMatchObject({ type: 'requests', code: 'rate_limit_exceeded' });
    expect(Number(refused?.head.header('retry-after'))).toBeGreaterThan(0);
  });

  test('keeps a key from administration, files and other endpoints that keep things', async () => {
    const key = await issue(surface);
    for (const [path, method] of [
      [`${PROJECT}/api_keys`, 'GET'],
      [`${PROJECT}/api_keys/${key.id}`, 'DELETE'],
      ['/v1/organization/users', 'GET'],
      ['/v1/files', 'GET'],
      ['/v1/responses/resp_1', 'GET'],
    ] as const) {
      const answer = await surface.ask(path, { method, headers: bearer(key.value) });
      expect(answer.status, path).toBe(403);
      expect(errorOf(answer).code).toBe('endpoint_not_allowed');
    }
    expect((await surface.chat(bearer(key.value))).status).toBe(200);
  });

  test('tells a key about itself, and nothing of others', async () => {
    const key = await issue(surface, { budget: { tokens: 5000, period: 'total' } });
    const own = await surface.ask('/v1/key', { headers: bearer(key.value) });
    expect(own.json()).toMatchObject({
      object: 'key',
      id: key.id,
      limits: { budget: { tokens: 5000, period: 'total' }, durable: true, holds: 'strict' },
      left: { budget: { spent: 0, held: 0, left: 5000, resets_at: null } },
    });
    expect(own.text()).not.toContain(key.value.slice(-10));
  });

  test('shows the value once, and what is changed at once', async () => {
    const key = await issue(surface, { rpm: 1 });
    const list = await asOperator(surface, `${PROJECT}/api_keys?limit=1`);
    expect(list.text()).not.toContain(key.value);
    expect(list.json()).toMatchObject({
      data: [{ id: key.id, redacted_value: `sk-nx-...${key.value.slice(-4)}` }],
    });
    const changed = await asOperator(surface, `${PROJECT}/api_keys/${key.id}`, {
      body: JSON.stringify({ limits: { rpm: null, budget: { tokens: 10 } } }),
    });
    expect(changed.json()).toMatchObject({ limits: { rpm: null, budget: { tokens: 10, period: 'month' } } });
    const refused = await surface.chat(bearer(key.value));
    expect(errorOf(refused).code).toBe('insufficient_quota');
    expect(refused.head.header('x-should-retry')).toBe('false');
  });

  test('gives an expired key its own code', async () => {
    const key = await issue(surface, { expires_in_seconds: 1 });
    await expect
      .poll(async () => errorOf(await surface.chat(bearer(key.value))).code, { interval: 200 })
      .toBe('api_key_expired');
  });

  test('refuses what has no price to a key with a budget, and sends nothing', async () => {
    const key = await issue(surface, { budget: { usd: 5 } });
    const asked = surface.upstream.exchanges.length;
    const post = (path: string, body: object) =>
      surface.ask(path, { headers: { ...bearer(key.value), ...JSON_TYPE }, body: JSON.stringify(body) });
    const messages = [{ role: 'user', content: 'hi' }];
    const cases: [string, object, string][] = [
      ['/v1/chat/completions', { model: 'other', messages }, 'model_not_priced'],
      ['/v1/images/generations', { model: 'gpt-image-1', prompt: 'x' }, 'endpoint_not_priced'],
      ['/v1/chat/completions', { model: 'gpt-x', messages, service_tier: 'priority' }, 'endpoint_not_priced'],
      ['/v1/chat/completions', { model: 'gpt-x', messages, web_search_options: {} }, 'endpoint_not_priced'],
      [
        '/v1/responses',
        { model: 'gpt-x', input: 'x', tools: [{ type: 'web_search' }] },
        'endpoint_not_priced',
      ],
    ];
    for (const [path, body, code] of cases) {
      const answer = await post(path, body);
      expect(answer.status, JSON.stringify(body)).toBe(403);
      expect(errorOf(answer).code).toBe(code);
    }
    expect(surface.upstream.exchanges).toHaveLength(asked);
  });

  test('is managed by the token alone', async () => {
    const none = await surface.ask(`${PROJECT}/api_keys`);
    expect(none.status).toBe(401);
    const other = await surface.ask(`${PROJECT}/api_keys`, { headers: bearer('sk-somebody') });
    expect(errorOf(other).code).toBe('endpoint_not_allowed');
    const body = await surface.ask(`${PROJECT}/service_accounts`, {
      headers: { ...bearer(API_TOKEN), ...JSON_TYPE },
      body: JSON.stringify({ name: 'x', limits: { budget: { usd: 1, tokens: 1 } } }),
    });
    expect(body.status).toBe(400);
  });
});
