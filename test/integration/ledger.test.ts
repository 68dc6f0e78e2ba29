import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiError, chatCompletion, resetBeforeHead, respond } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { asOperator, type Issued, issue, PROJECT, settled, startKeyed } from '../support/keys.ts';
import { API_TOKEN, bearer, JSON_TYPE, type Surface } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';

const SELF_HOSTED = { SELF_HOSTED: 'true' };
const startTime = () => Math.floor(Date.now() / 1000) - 3600;

/** The cells of a CSV text without quoted line breaks. */
const rowsOf = (csv: string) =>
  csv
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));

describe('the ledger', () => {
  let surface: Surface;
  let first: Issued;
  let second: Issued;

  beforeAll(async () => {
    surface = await startKeyed({ ...SELF_HOSTED, LEDGER: 'true', REQUIRE_AUTH: 'false' });
    first = await issue(surface);
    second = await issue(surface);
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 40 },
    };
    surface.upstream.reply(respond(chatCompletion({ usage })));
    await surface.chat(bearer(first.value));
    surface.upstream.reply(respond(apiError('no'), 500));
    await surface.chat(bearer(first.value));
    await surface.chat(bearer(second.value));
    await surface.chat(bearer(API_TOKEN));
    await surface.chat();
    await settled(surface, first);
    await settled(surface, second);
    // The rows of payers without a key are written behind their answers too.
    await eventually(async () => {
      const csv = (await asOperator(surface, '/v1/usage/export')).text();
      const ended = rowsOf(csv).filter(([, , , , , status]) => status === 'whole' || status === 'refused');
      expect(ended).toHaveLength(5);
    });
  });
  afterAll(() => surface[Symbol.asyncDispose]());

  test('has one row a call, with what the upstream counted', async () => {
    const answer = await asOperator(surface, '/v1/usage/export?format=json');
    const { data } = answer.json() as { data: Record<string, unknown>[] };
    expect(data.map(({ key }) => key).sort()).toEqual(
      [first.id, first.id, second.id, 'open', 'token'].sort(),
    );
    const rows = data.filter(({ key }) => key === first.id);
    expect(rows).toMatchObject([
      {
        model: 'gpt-test',
        target: 'default/gpt-test',
        endpoint: 'chat/completions',
        status: 'whole',
        // Reasoning that only the total counts is paid for too.
        prompt_tokens: 100,
        cached_tokens: 40,
        completion_tokens: 50,
        cost_usd: 0.0002,
        source: 'reported',
        estimated: false,
        http_status: 200,
        attempts: 1,
      },
      { status: 'refused', prompt_tokens: 0, completion_tokens: 0, cost_usd: 0, http_status: 500 },
    ]);
  });

  test('exports the same as CSV and as a JSON object a line, and goes on behind a cursor', async () => {
    const csv = await asOperator(surface, '/v1/usage/export?format=csv');
    expect(csv.head.header('content-type')).toBe('text/csv; charset=utf-8');
    const [head, ...rows] = rowsOf(csv.text());
    expect(head?.join(',')).toBe(
      'time,key,model,target,endpoint,status,prompt_tokens,cached_tokens,cache_write_tokens,completion_tokens,cost_usd,source,estimated,duration_ms,ttft_ms,http_status,attempts,calls,cursor',
    );
    expect(rows).toHaveLength(5);
    const lines = (await asOperator(surface, '/v1/usage/export?format=ndjson')).text().trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { cursor: string }).cursor)).toEqual(
      rows.map((row) => row.at(-1)),
    );
    const rest = await asOperator(surface, `/v1/usage/export?format=csv&after=${rows[2]?.at(-1)}`);
    expect(rowsOf(rest.text()).slice(1)).toEqual(rows.slice(3));
  });

  test('adds up to the same in hours, days and minutes, by model and key', async () => {
    for (const width of ['1d', '1h', '1m']) {
      const answer = await asOperator(
        surface,
        `/v1/organization/usage/completions?start_time=${startTime()}&bucket_width=${width}&limit=${width === '1m' ? 90 : 2}&group_by[]=model&group_by[]=api_key_id`,
      );
      expect(answer.status, answer.text()).toBe(200);
      const { data } = answer.json() as { data: { results: Record<string, unknown>[] }[] };
      const results = data.flatMap((bucket) => bucket.results);
      const own = results.filter(
        (result) => result['api_key_id'] === first.id && result['model'] === 'gpt-test',
      );
      expect(own, width).toMatchObject([
        {
          input_tokens: 100,
          output_tokens: 50,
          input_cached_tokens: 40,
          num_model_requests: 1,
          num_failed: 0,
        },
      ]);
      const total = results.reduce((sum, result) => sum + Number(result['num_model_requests']), 0);
      expect(total, width).toBe(5);
    }
  });

  test('shows a key its own rows and nothing of others', async () => {
    const ask = (path: string) => surface.ask(path, { headers: bearer(second.value) });
    const rows = rowsOf((await ask('/v1/usage/export')).text()).slice(1);
    expect(rows.map(([, key]) => key)).toEqual([second.id]);
    const asked = await ask(
      `/v1/organization/usage/completions?start_time=${startTime()}&api_key_ids=${first.id}`,
    );
    expect(asked.json()).toMatchObject({ data: expect.toSatisfy(hasNoResults) });
    const own = await ask(`/v1/organization/costs?start_time=${startTime()}&group_by=api_key_id`);
    expect(own.text()).not.toContain(first.id);
    expect(own.text()).toContain(second.id);
    expect((await ask('/v1/usage/reprice')).status).toBe(403);
  });

  test('is read by the official client', async () => {
    const admin = adminOf(surface);
    const { organization } = admin.admin;
    const account = await organization.projects.serviceAccounts.create('default', { name: 'by the client' });
    expect(account).toMatchObject({ role: 'member', api_key: { expires_at: null } });
    expect(account.api_key?.value).toMatch(/^sk-nx-/);
    const keys = await organization.projects.apiKeys.list('default', { limit: 2 });
    expect(keys.data).toHaveLength(2);
    expect(keys.data[0]?.owner.service_account?.name).toBe('by the client');
    const more: string[] = [];
    for await (const key of organization.projects.apiKeys.list('default', { limit: 2 })) more.push(key.id);
    expect(more).toHaveLength(3);
    const keyId = keys.data[0]?.id ?? '';
    expect((await organization.projects.apiKeys.retrieve(keyId, { project_id: 'default' })).id).toBe(keyId);
    expect((await organization.projects.apiKeys.delete(keyId, { project_id: 'default' })).deleted).toBe(true);
    const usage = await organization.usage.completions({
      start_time: startTime(),
      group_by: ['model', 'api_key_id'],
      api_key_ids: [first.id],
    });
    const counted = usage.data
      .flatMap(({ results }) => results)
      .map((result) => ('input_tokens' in result ? result.input_tokens : undefined));
    // What was refused has no model of its own.
    expect(counted.sort()).toEqual([0, 100]);
    const costs = await organization.usage.costs({ start_time: startTime(), group_by: ['line_item'] });
    const [cost] = costs.data
      .flatMap(({ results }) => results)
      .filter((each) => 'amount' in each && each.line_item === 'gpt-test');
    // Three answers of 5 + 2 tokens, and the first one.
    expect(cost).toMatchObject({ amount: { value: 0.000227, currency: 'usd' } });
  });

  test('service accounts have further keys, new names and an end, by the official client', async () => {
    const admin = adminOf(surface);
    const { serviceAccounts, apiKeys } = admin.admin.organization.projects;
    const project = { project_id: 'default' };
    const { id, api_key: none } = await serviceAccounts.create('default', {
      name: 'team',
      create_service_account_only: true,
    });
    expect(none).toBeNull();
    const [one, two] = [
      await serviceAccounts.apiKeys.create(id, { ...project, name: 'one', expires_in_seconds: 60 }),
      await serviceAccounts.apiKeys.create(id, project),
    ];
    expect(one.expires_at).toBeGreaterThan(Date.now() / 1000 + 50);
    expect([two.name, two.expires_at]).toEqual(['team', null]);
    expect((await surface.chat(bearer(one.value))).status).toBe(200);
    const renamed = await serviceAccounts.update(id, { ...project, name: 'the team' });
    expect(renamed).toMatchObject({ id, name: 'the team' });
    expect((await apiKeys.retrieve(one.id, project)).owner.service_account).toMatchObject({
      id,
      name: 'the team',
    });
    // What was made without a key is in the list of accounts, and in no list of keys.
    const accounts = (await serviceAccounts.list('default', { limit: 1 })).data;
    expect(accounts).toMatchObject([{ id, name: 'the team' }]);
    const keys = (await apiKeys.list('default', { limit: 3 })).data.map((key) => key.id);
    expect(keys.slice(0, 2)).toEqual([two.id, one.id]);
    const until = await apiKeys.update(two.id, { ...project, expires_in_seconds: 90 });
    expect(until.expires_at).toBeGreaterThan(Date.now() / 1000 + 80);
    await expect(apiKeys.update(two.id, { ...project, scopes: ['api.model.read'] })).rejects.toMatchObject({
      status: 400,
      param: 'scopes',
    });
    expect((await serviceAccounts.delete(id, project)).deleted).toBe(true);
    for (const { value } of [one, two]) expect((await surface.chat(bearer(value))).status).toBe(401);
    await expect(serviceAccounts.retrieve(id, project)).rejects.toMatchObject({ status: 404 });
    await expect(serviceAccounts.apiKeys.create(id, project)).rejects.toMatchObject({ status: 404 });
    const active = (await apiKeys.list('default', { owner_project_access: 'active' })).data;
    expect(active.map((key) => key.id)).not.toContain(one.id);
    const inactive = (await apiKeys.list('default', { owner_project_access: 'inactive' })).data;
    expect(inactive.map((key) => key.id)).toContain(one.id);
  });

  test('a further key has the limits of its account’s first key where it says no others', async () => {
    const made = await asOperator(surface, `${PROJECT}/service_accounts`, {
      method: 'POST',
      body: JSON.stringify({ name: 'x', limits: { rpm: 7, models: ['gpt-*'] }, expires_in_seconds: 60 }),
    });
    const account = made.json() as { id: string };
    const further = await asOperator(surface, `${PROJECT}/service_accounts/${account.id}/api_keys`, {
      method: 'POST',
      body: JSON.stringify({ limits: { rpm: 3 } }),
    });
    const key = further.json() as Issued;
    const own = await surface.ask('/v1/key', { headers: bearer(key.value) });
    expect(own.json()).toMatchObject({ expires_at: null, limits: { rpm: 3, models: ['gpt-*'] } });
    const alone = await asOperator(surface, `${PROJECT}/service_accounts`, {
      method: 'POST',
      body: '{"name":"x","create_service_account_only":true,"expires_in_seconds":60}',
    });
    expect(alone.json()).toMatchObject({ error: { param: 'expires_in_seconds' } });
  });

  test.each([
    ['/v1/organization/usage/completions', 'start_time'],
    ['/v1/organization/usage/completions?start_time=1&limit=0', 'limit'],
    ['/v1/organization/usage/completions?start_time=1&bucket_width=5m', 'bucket_width'],
    ['/v1/organization/usage/completions?start_time=1&group_by=colour', 'group_by'],
    ['/v1/organization/usage/completions?start_time=9&end_time=9', 'end_time'],
    ['/v1/organization/costs?start_time=1&bucket_width=1h', 'bucket_width'],
    ['/v1/usage/export?format=xlsx', 'format'],
    ['/v1/usage/export?after=x', 'after'],
  ])('says what is wrong with %s', async (path, param) => {
    const answer = await asOperator(surface, path);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param, code: 'invalid_value' } });
  });
});

test('a row whose price was not known costs nothing that is known, and is priced later', async () => {
  const unpriced = { PRICES: {} };
  await using surface = await startKeyed({ ...SELF_HOSTED, ...unpriced });
  const key = await issue(surface);
  await surface.chat(bearer(key.value));
  await settled(surface, key);
  const exported = await asOperator(surface, '/v1/usage/export?format=json');
  expect(exported.json()).toMatchObject({
    data: [{ cost_usd: null, prompt_tokens: 5, completion_tokens: 2 }],
  });
  const costs = await asOperator(surface, `/v1/organization/costs?start_time=${startTime()}`);
  expect(JSON.stringify(costs.json())).toContain('"unpriced_requests":1');
  const repriced = await surface.ask('/v1/usage/reprice', {
    headers: { ...bearer(API_TOKEN), ...JSON_TYPE },
    body: '{}',
  });
  expect(repriced.json()).toMatchObject({ repriced: 0, still_unpriced: 1 });
});

test('a failed target whose price is not known makes the cost of its call unknown, for every payer', async () => {
  await using dead = await startUpstream();
  dead.always(resetBeforeHead);
  await using surface = await startKeyed({
    ...SELF_HOSTED,
    LEDGER: 'true',
    // One for each call: a target that has failed is tried last.
    UPSTREAMS: { first: { base: dead.base }, second: { base: dead.base } },
    MODELS: {
      'gpt-first': ['first/unpriced', 'default/gpt-b'],
      'gpt-second': ['second/unpriced', 'default/gpt-b'],
    },
  });
  const key = await issue(surface);
  for (const [token, model] of [
    [key.value, 'gpt-first'],
    [API_TOKEN, 'gpt-second'],
  ] as const) {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] });
    const answer = await surface.ask('/v1/chat/completions', {
      headers: { ...bearer(token), ...JSON_TYPE },
      body,
    });
    expect(answer.status).toBe(200);
  }
  await settled(surface, key);
  const rows = await eventually(async () => {
    const { data } = (await asOperator(surface, '/v1/usage/export?format=json')).json() as {
      data: { status: string }[];
    };
    expect(data.map(({ status }) => status)).toEqual(['whole', 'whole']);
    return data;
  });
  for (const row of rows) {
    // Five tokens of the answer's prompt, and what was read of the failed one's.
    expect(row).toMatchObject({ cost_usd: null, attempts: 2, estimated: true, source: 'reported' });
  }
  const costs = await asOperator(surface, `/v1/organization/costs?start_time=${startTime()}`);
  expect(JSON.stringify(costs.json())).toContain('"unpriced_requests":2');
});

test('callers with keys of their own are counted by model where they were answered, and never one by one', async () => {
  const CLIENT = 'sk-of-somebody-else-1234567890';
  await using surface = await startKeyed({ ...SELF_HOSTED, LEDGER: 'true', ALLOW_CLIENT_KEYS: 'true' });
  const key = await issue(surface);
  await surface.chat(bearer(CLIENT));
  surface.upstream.reply(respond(apiError('no'), 401));
  await surface.chat(bearer(CLIENT));
  await surface.ask('/v1/embeddings', {
    headers: { ...bearer(CLIENT), ...JSON_TYPE },
    body: '{"model":"text-embedding-test","input":"x"}',
  });
  const usage = async (kind: string, token: string) => {
    const path = `/v1/organization/usage/${kind}?start_time=${startTime()}&group_by=api_key_id`;
    const { data } = (await surface.ask(path, { headers: bearer(token) })).json() as {
      data: { results: Record<string, unknown>[] }[];
    };
    return data.flatMap(({ results }) => results);
  };
  await eventually(async () => {
    expect(await usage('completions', API_TOKEN)).toMatchObject([
      { api_key_id: 'client', num_model_requests: 1, input_tokens: 5, output_tokens: 2 },
    ]);
    expect(await usage('embeddings', API_TOKEN)).toMatchObject([
      { api_key_id: 'client', num_model_requests: 1 },
    ]);
  });
  expect(await usage('completions', key.value)).toEqual([]);
  expect((await asOperator(surface, '/v1/usage/export?format=ndjson')).text()).toBe('');
  const costs = await asOperator(surface, `/v1/organization/costs?start_time=${startTime()}`);
  expect(costs.text()).not.toContain('unpriced_requests');
  const asked = await asOperator(
    surface,
    `/v1/organization/usage/completions?start_time=${startTime()}&api_key_ids=client`,
  );
  expect(asked.text()).toContain('"num_model_requests":1');
});

test('pictures are booked at their price, which nobody reported, and priced later by nothing that was not counted', async () => {
  const prices = { 'gpt-image-*': { per_image: 0.04 } };
  await using surface = await startKeyed({ ...SELF_HOSTED, PRICES: prices });
  const [paid, free] = [await issue(surface, { budget: { usd: 1 } }), await issue(surface)];
  surface.upstream.always(respond('{"created":1,"data":[{"b64_json":"eA=="}]}'));
  const draw = (key: Issued, model: string) => {
    const form = new Map([
      ['model', model],
      ['prompt', 'a house'],
      ['n', '3'],
    ]);
    const parts = [...form].map(
      ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return surface.ask('/v1/images/edits', {
      headers: { ...bearer(key.value), 'content-type': 'multipart/form-data; boundary=b' },
      body: `${parts.join('')}--b--\r\n`,
    });
  };
  expect((await draw(paid, 'gpt-image-1')).status).toBe(200);
  expect(surface.asked.body.toString()).toContain('name="n"\r\n\r\n3');
  const { left } = await settled(surface, paid);
  expect(left.budget).toMatchObject({ spent: 0.12, held: 0 });
  expect((await draw(paid, 'other')).status).toBe(403);
  expect((await draw(free, 'other')).status).toBe(200);
  await settled(surface, free);
  const repriced = await asOperator(surface, '/v1/usage/reprice', { method: 'POST', body: '{}' });
  expect(repriced.json()).toMatchObject({ repriced: 0, still_unpriced: 1 });
  const { data } = (await asOperator(surface, '/v1/usage/export?format=json')).json() as {
    data: { key: string }[];
  };
  expect(data.find(({ key }) => key === paid.id)).toMatchObject({ cost_usd: 0.12, source: 'estimated' });
  expect(data.find(({ key }) => key === free.id)).toMatchObject({ cost_usd: null, source: 'estimated' });
});

test('text that a spreadsheet would run is kept a text', async () => {
  await using surface = await startKeyed(SELF_HOSTED);
  const key = await issue(surface);
  const body = '{"model":"=cmd|\' /C calc\'!A0","messages":[{"role":"user","content":"hi"}]}';
  await surface.ask('/v1/chat/completions', { headers: { ...bearer(key.value), ...JSON_TYPE }, body });
  await settled(surface, key);
  const csv = (await asOperator(surface, '/v1/usage/export')).text();
  expect(csv).toContain('"\'=cmd|');
  expect(csv).not.toMatch(/(?:^|,)=/m);
});

/** The official client for what the operator asks. */
function adminOf({ base }: Surface): OpenAI {
  return new OpenAI({ baseURL: base, apiKey: 'unused', adminAPIKey: API_TOKEN, maxRetries: 0 });
}

function hasNoResults(data: unknown): boolean {
  return Array.isArray(data) && data.every((bucket: { results: unknown[] }) => bucket.results.length === 0);
}
