/** `nexcode keys`, `usage` and `prices` before a gateway that issues keys and keeps a ledger. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { respond } from '../../support/answers.ts';
import { cliWorld } from '../../support/cli-world.ts';
import { asOperator, KEYED, settled } from '../../support/keys.ts';

const VALUE = /^sk-nx-[0-9A-Za-z]{48}\n$/;

const world = cliWorld({ ...KEYED, LEDGER: 'true' });

function run(args: readonly string[], environment: Record<string, string> = {}) {
  return world.home.run(args, { environment: { ...world.asOperator, ...environment } });
}

/** Issues a key by the command, and returns its value and its id. */
async function issue(name: string, ...options: string[]) {
  const { code, stdout, stderr } = await run(['keys', 'issue', name, ...options]);
  expect([code, stderr]).toEqual([0, expect.stringContaining('shown this once')]);
  expect(stdout).toMatch(VALUE);
  return { value: stdout.trim(), id: /key_\w+/.exec(stderr)?.[0] ?? '' };
}

test('a key is issued with its limits, its value alone on standard output, and asks a model', async () => {
  const key = await issue('Li Lei', '--models', 'gpt-*,nexcode', '--rpm', '60', '--budget', '5usd/day');
  const shown = await run(['keys', 'show', key.id, '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    id: key.id,
    name: 'Li Lei',
    limits: { models: ['gpt-*', 'nexcode'], rpm: 60, tpm: null, budget: { usd: 5, period: 'day' } },
  });
  expect(shown.stdout).not.toContain(key.value);
  const answer = await run(['ask', '-m', 'gpt-test', 'Hi'], { NEXCODE_API_KEY: key.value });
  expect(answer.code).toBe(0);
  const own = await run(['keys', 'show'], { NEXCODE_API_KEY: key.value });
  expect(own.stdout).toMatch(/^budget +\$5\.00\/day$/m);
  expect(own.stdout).toMatch(/^left +\$4\.9/m);
});

test('the list shows those in force, limits are changed by name, and a revoked key is refused', async () => {
  const key = await issue('robot', '--tpm', '1000', '--expires', '30d');
  await run(['keys', 'set', 'robot', '--rpm', '7', '--tpm', 'none', '--budget', '2000tokens']);
  const { stdout } = await run(['keys', 'list']);
  const row = stdout.split('\n').find((line) => line.startsWith(key.id)) ?? '';
  expect(row.split(/ {2,}/)).toEqual([key.id, 'robot', '*', '7', '2,000 tokens/month', '2,000 tokens']);
  const renamed = await run(['keys', 'set', key.id, '--name', 'robot two', '--json']);
  expect(JSON.parse(renamed.stdout)).toMatchObject({ name: 'robot two', limits: { rpm: 7, tpm: null } });
  expect((await run(['keys', 'revoke', 'robot two'])).stdout).toBe(`Revoked ${key.id}.\n`);
  expect((await run(['models'], { NEXCODE_API_KEY: key.value })).code).toBe(4);
  expect((await run(['keys', 'list'])).stdout).not.toContain(key.id);
  expect((await run(['keys', 'list', '--all'])).stdout).toMatch(new RegExp(`${key.id}.*revoked`));
});

test('at a terminal a person is asked before a key is revoked', async () => {
  const key = await issue('asked about');
  await using command = world.home.terminal(['keys', 'revoke', key.id], world.asOperator);
  await command.shows('for ever?');
  command.type('\r');
  await command.shows('Nothing was revoked.');
  expect(await command.ended).toBe(1);
  await using again = world.home.terminal(['keys', 'revoke', key.id], world.asOperator);
  await again.shows('for ever?');
  again.type('y\r');
  await again.shows(`Revoked ${key.id}`);
  expect(await again.ended).toBe(0);
});

test('a name that two keys have is not guessed at', async () => {
  await issue('twin');
  await issue('twin');
  const { code, stderr } = await run(['keys', 'revoke', 'twin']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/More than one.*key_\w+, key_\w+/)]);
});

test.each([
  [['keys', 'issue', 'x', '--rpm', '0'], '--rpm must be a whole number'],
  [['keys', 'issue', 'x', '--budget', 'much'], 'The budget must be'],
  [['keys', 'issue', 'x', '--budget', '1.5tokens'], 'The budget must be'],
  [['keys', 'issue', 'x', '--expires', '5'], 'The duration must be'],
  [['keys', 'issue', 'x', '--holds', 'loose'], 'must be one of: strict, typical'],
  [['keys', 'set', 'key_0123456789'], 'nothing to change'],
  [['keys', 'show', 'nobody'], 'no key nobody'],
  [['keys', 'lst'], 'Is list meant?'],
  [['usage', '--by', 'colour'], 'must be day, model, key'],
  [['usage', '--since', '2026-02-30'], '--since must be'],
  [['usage', '--since', '2026-02', '--until', '2026-01'], 'ends before it begins'],
  [['usage', '--csv', '--json'], 'either --csv or --json'],
])('%j is exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await run(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('a key that is issued may neither list nor issue, and the cure names the token', async () => {
  const key = await issue('small');
  for (const command of [
    ['keys', 'list'],
    ['keys', 'issue', 'more'],
  ]) {
    const { code, stderr } = await run(command, { NEXCODE_API_KEY: key.value });
    expect([code, stderr]).toEqual([4, expect.stringContaining("the server's token (API_TOKEN)")]);
    expect(stderr).not.toContain(key.value);
  }
});

describe('usage', () => {
  let key: { value: string; id: string };
  beforeAll(async () => {
    key = await issue('=spender', '--rpm', '100');
    for (const model of ['gpt-a', 'gpt-a', 'gpt-b', 'unpriced']) {
      world.surface.upstream.reply(respond());
      await run(['ask', '--json', '-m', model, 'Hi'], { NEXCODE_API_KEY: key.value });
    }
    await settled(world.surface, key);
  }, 60_000);

  test('is a table by model, with the cost of each and the sum of all', async () => {
    const { code, stdout, stderr } = await run(['usage', '--by', 'model', '--key', key.id]);
    expect(code).toBe(0);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ['MODEL', 'REQUESTS', 'FAILED', 'INPUT', 'CACHED', 'OUTPUT', 'COST'],
      ['gpt-a', '2', '0', '10', '0', '4', '$0.000018'],
      ['gpt-b', '1', '0', '5', '0', '2', '$0.000009'],
      ['unpriced', '1', '0', '5', '0', '2', '$0.00'],
      ['Total', '4', '0', '20', '0', '8', '$0.000027'],
    ]);
    expect(stderr).toMatch(/days in UTC[\s\S]*1 calls? ha(?:s|ve) no price/);
  });

  test('by key is CSV that no spreadsheet runs, with the names of keys', async () => {
    const { stdout } = await run(['usage', '--by', 'key', '--csv', '--key', '=spender']);
    expect(stdout).toBe(
      'key,name,requests,failed,input_tokens,cached_tokens,output_tokens,cost_usd,unpriced_requests\r\n' +
        `${key.id},"'=spender",4,0,20,0,8,0.000027,1\r\n`,
    );
  });

  test('is JSON by day and model, for one model and a period', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const { stdout } = await run([
      'usage',
      '--by',
      'day,model',
      '-m',
      'gpt-a',
      '--since',
      day,
      '--json',
      '-k',
      key.id,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      data: [{ day: expect.stringMatching(/^\d{4}-/), model: 'gpt-a', requests: 2, cost_usd: 0.000018 }],
      total: { requests: 2 },
    });
    const before = await run(['usage', '--since', '2020-01', '--until', '2020-01']);
    expect([before.code, before.stderr]).toEqual([1, expect.stringContaining('Nothing was booked')]);
  });

  test('an issued key sees its own alone', async () => {
    const { stdout } = await run(['usage', '--by', 'key', '--json'], { NEXCODE_API_KEY: key.value });
    expect(JSON.parse(stdout).data.map((line: { key: string }) => line.key)).toEqual([key.id]);
  });

  test('prints every call as a row, the same as the export of the API', async () => {
    const { code, stdout } = await run(['usage', '--rows', '--since', '2h']);
    const exported = await asOperator(world.surface, '/v1/usage/export?format=csv');
    expect([code, stdout]).toEqual([0, exported.text()]);
    const lines = (await run(['usage', '--rows', '--json'])).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).key)).toContain(key.id);
  });
});

describe('prices import', () => {
  const table = JSON.stringify({
    'gpt-a': {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      max_input_tokens: 1000,
      max_output_tokens: 100,
    },
    'gpt-b': {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
    },
    'whisper-1': { litellm_provider: 'openai', mode: 'audio_transcription', input_cost_per_second: 0.0001 },
  });
  beforeAll(() => writeFile(join(world.home.folder, 'table.json'), table));

  test('prints lines for wrangler.local.toml, and says what was taken and what was not', async () => {
    const { code, stdout, stderr } = await run(['prices', 'import', 'table.json']);
    expect([code, stdout]).toEqual([
      0,
      '[vars.PRICES]\n"gpt-a" = { input = 1, output = 2, window = 1100, max_output = 100 }\n"gpt-b" = { input = 1, output = 2 }\n',
    ]);
    expect(stderr).toBe(
      'Taken: 2 (gpt-a, gpt-b)\n' +
        'Of these without sizes, so keys with a budget cannot use them: 1 (gpt-b)\n' +
        'Not taken, for PRICES cannot say their price: 1 (whisper-1)\n',
    );
  });

  test('writes the models that the server lists into a file of settings, again and again', async () => {
    const file = join(world.home.folder, 'settings.env');
    await writeFile(file, 'DEBUG=true\n', { mode: 0o600 });
    const list = respond('{"object":"list","data":[{"id":"gpt-b","object":"model"}]}');
    for (const _ of [1, 2]) {
      world.surface.upstream.reply(list);
      const { code, stderr } = await run([
        'prices',
        'import',
        'table.json',
        '--served',
        '-o',
        'settings.env',
      ]);
      expect([code, stderr]).toEqual([0, expect.stringMatching(/Taken: 1 \(gpt-b\)[\s\S]*Not asked for: 2/)]);
    }
    const text = await readFile(file, 'utf8');
    expect(text.match(/PRICES=/g)).toHaveLength(1);
    expect(text).toContain('DEBUG=true\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test.each([
    [['table.json', '--model', 'nothing-*'], 1, 'No model was taken'],
    [['missing.json'], 2, 'cannot be read'],
    [['settings.env'], 2, 'holds no table of prices'],
  ])('%j is exit code %i', async (args, expected, message) => {
    const { code, stdout, stderr } = await run(['prices', 'import', ...args]);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(message);
  });
});
