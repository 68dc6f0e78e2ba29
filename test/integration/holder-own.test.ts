/** The holder of an issued key reads their own usage alone, by whatever endpoint of the gateway's own and whatever login. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../scripts/openapi/operations.ts';
import { eventually } from '../support/eventually.ts';
import { asOperator, type Issued, issue, PROJECT, rowsOf, settled, startKeyed } from '../support/keys.ts';
import { bearer, CHAT_BODY, JSON_TYPE, type Surface } from '../support/surface.ts';

const OTHER_MODEL = 'gpt-model-of-the-other';
const OTHER_NAME = 'Somebody else entirely';

let surface: Surface;
let own: Issued;
let other: Issued;
let otherCursor: string;
let cookie: string;

beforeAll(async () => {
  surface = await startKeyed({ SELF_HOSTED: 'true', LEDGER: 'true' });
  own = await issue(surface, { budget: { usd: 5 } });
  other = await issue(surface, {}, OTHER_NAME);
  await surface.chat(bearer(own.value));
  await surface.ask('/v1/chat/completions', {
    headers: { ...bearer(other.value), ...JSON_TYPE },
    body: CHAT_BODY.replace('gpt-test', OTHER_MODEL),
  });
  await asOperator(surface, '/v1/chat/completions', { method: 'POST', body: CHAT_BODY });
  await settled(surface, own);
  await settled(surface, other);
  await eventually(async () => expect(await rowsOf(surface)).toHaveLength(3));
  otherCursor = (await rowsOf(surface, other))[0]?.cursor ?? '';
  const login = await surface.ask('/session', {
    method: 'POST',
    headers: { ...JSON_TYPE, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token: own.value }),
  });
  expect(login.status).toBe(204);
  cookie = login.head.header('set-cookie')?.split(';')[0] ?? '';
});
afterAll(() => surface[Symbol.asyncDispose]());

/** The ways in which the holder can ask. */
const WAYS = [
  ['the key', () => bearer(own.value)],
  ['a login made with the key', () => ({ cookie, 'sec-fetch-site': 'same-origin' })],
] as const;

/** Every endpoint of keys and usage that the document names. */
const ENDPOINTS = OPERATIONS.filter(({ tag }) => tag === 'keys' || tag === 'usage').map(
  ({ method, path }) => [method.toUpperCase(), path] as const,
);
const READ = new Set([
  '/v1/key',
  '/v1/organization/usage/{kind}',
  '/v1/organization/costs',
  '/v1/usage/summary',
  '/v1/usage/export',
]);

/** Every way to ask for what belongs to somebody else, for each question. */
function questions(path: string): readonly string[] {
  const kinds = path.includes('{kind}')
    ? ['completions', 'embeddings', 'other'].map((kind) => path.replace('{kind}', kind))
    : [path];
  const filters = [
    '',
    `&api_key_ids=${other.id}`,
    `&api_key_ids[]=${other.id}&api_key_ids[]=token`,
    '&api_key_ids=token,session,open,client',
    `&models=${OTHER_MODEL}`,
    '&group_by=api_key_id&group_by=model&group_by=line_item',
    `&after=${otherCursor}`,
    '&format=json',
    `&format=ndjson&after=${otherCursor}`,
  ];
  const widths = path.endsWith('costs') ? ['1d'] : ['1d', '1h'];
  const start = Math.floor(Date.now() / 1000) - 3600;
  return kinds.flatMap((kind) =>
    widths.flatMap((width) =>
      filters.map((filter) => `${kind}?start_time=${start}&bucket_width=${width}${filter}`),
    ),
  );
}

describe.each(WAYS)('with %s', (_, headersOf) => {
  test.each(ENDPOINTS.filter(([, path]) => READ.has(path)))(
    '%s %s tells nothing of anybody else, however it is asked',
    async (_method, path) => {
      for (const question of questions(path)) {
        const answer = await surface.ask(question, { headers: headersOf() });
        expect(answer.status, `${question}: ${answer.text()}`).toBe(200);
        const text = answer.text();
        for (const foreign of [other.id, other.id.slice(4), OTHER_MODEL, OTHER_NAME, '"token"']) {
          expect(text, question).not.toContain(foreign);
        }
        // What is filtered by something else has no figures of others either.
        if (/api_key_ids|models/.test(question)) expect(text, question).not.toMatch(/requests":[1-9]/);
      }
    },
  );

  test.each(ENDPOINTS.filter(([, path]) => !READ.has(path)))(
    '%s %s is refused, whatever key it names',
    async (method, path) => {
      for (const id of [other.id, own.id, other.id.replace('key_', 'svc_acct_')]) {
        const answer = await surface.ask(`${path.replace('{id}', id)}?stop=true`, {
          method,
          headers: { ...headersOf(), ...JSON_TYPE },
          ...(method === 'POST' && { body: JSON.stringify({ name: 'mine', limits: { budget: null } }) }),
        });
        expect([answer.status, answer.json()]).toMatchObject([
          403,
          { error: { code: 'endpoint_not_allowed' } },
        ]);
        expect(answer.text()).not.toContain(OTHER_NAME);
      }
    },
  );

  test('its own part is all there', async () => {
    const ask = (path: string) => surface.ask(path, { headers: headersOf() });
    const summary = await ask('/v1/usage/summary?start_time=0&end_time=60');
    expect(summary.json()).toMatchObject({ total: { requests: 0 } });
    const now = Math.floor(Date.now() / 1000);
    expect((await ask(`/v1/usage/summary?start_time=${now - 3600}`)).json()).toMatchObject({
      booked: { keys: true, others: true },
      total: { requests: 1, input_tokens: 5, output_tokens: 2, errors: 0 },
      by_model: [{ model: 'gpt-test', requests: 1 }],
      by_key: [{ api_key_id: own.id, requests: 1 }],
    });
    expect((await ask('/v1/key')).json()).toMatchObject({ id: own.id, left: { budget: { unit: 'usd' } } });
  });
});

test('nothing of the other key was changed by all that', async () => {
  const { data } = (await asOperator(surface, `${PROJECT}/api_keys`)).json() as { data: object[] };
  expect(data).toHaveLength(2);
  expect(data).toMatchObject([
    { id: other.id, name: OTHER_NAME, owner_project_access: 'active' },
    { id: own.id, owner_project_access: 'active', limits: { budget: { usd: 5 } } },
  ]);
});

test('the operator’s summary is the sum of all, and names what a period has too many of', async () => {
  const now = Math.floor(Date.now() / 1000);
  const summary = await asOperator(surface, `/v1/usage/summary?start_time=${now - 3600}&bucket_width=1h`);
  expect(summary.json()).toMatchObject({ object: 'usage.summary', total: { requests: 3 } });
  const refused = await asOperator(surface, '/v1/usage/summary?start_time=0');
  expect(refused.json()).toMatchObject({ error: { param: 'start_time', code: 'invalid_value' } });
  const posted = await asOperator(surface, '/v1/usage/summary', { method: 'POST', body: '{}' });
  expect(posted.status).toBe(405);
});

test('a revoked key’s login reads nothing any more', async () => {
  const gone = await issue(surface);
  const login = await surface.ask('/session', {
    method: 'POST',
    headers: { ...JSON_TYPE, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token: gone.value }),
  });
  const headers = {
    cookie: login.head.header('set-cookie')?.split(';')[0] ?? '',
    'sec-fetch-site': 'same-origin',
  };
  const path = '/v1/usage/summary?start_time=0&end_time=60';
  expect((await surface.ask(path, { headers })).status).toBe(200);
  expect((await asOperator(surface, `${PROJECT}/api_keys/${gone.id}`, { method: 'DELETE' })).status).toBe(
    200,
  );
  expect((await surface.ask(path, { headers })).status).toBe(401);
});
