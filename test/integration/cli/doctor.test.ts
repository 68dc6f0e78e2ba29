/** `nexcode doctor`: what it finds in a configuration and at a server, and that it shows no secret. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { cliWorld } from '../../support/cli-world.ts';
import { startGateway } from '../../support/gateway.ts';
import { KEYED } from '../../support/keys.ts';

const run = promisify(execFile);

const world = cliWorld({ ...KEYED, OPENAI_MODEL: 'gpt-a' });

/** What every configuration of these tests holds and no output may. */
const SECRET = 'a-secret/of+the=folder-0123';

/** A folder with these files, closed to others. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(world.home.folder, 'config-'));
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  return folder;
}

async function doctor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const outcome = await world.home.run(['doctor', ...args, '--json'], { environment });
  for (const text of [outcome.stdout, outcome.stderr]) expect(text).not.toContain(SECRET);
  const { configuration, server, ...rest } = JSON.parse(outcome.stdout);
  const lines = (findings: { level: string; message: string }[]) =>
    findings.map(({ level, message }) => `${level}: ${message}`).join('\n');
  return { code: outcome.code, configuration: lines(configuration), server: lines(server), ...rest };
}

describe('a configuration', () => {
  test('that is whole is no fault, and who may come in is said', async () => {
    const folder = await folderWith({ '.dev.vars': `OPENAI_API_KEY=${SECRET}\nAPI_TOKEN=${SECRET}\n` });
    await cp(join(PROJECT_ROOT, 'wrangler.toml'), join(folder, 'wrangler.toml'));
    const found = await doctor([folder]);
    expect(found).toMatchObject({ code: 0, ok: true, faults: 0, warnings: 0 });
    expect(found.configuration).toMatch(/good: Settings are read from .*\.dev\.vars, .*wrangler\.toml/);
    expect(found.configuration).toContain('API_TOKEN is set in .dev.vars');
    expect(found.configuration).toContain('good: wrangler.toml declares all');
  });

  test.each([
    [{ '.dev.vars': 'LEDGER=perhaps\n' }, 1, 'fault: LEDGER must be true or false (it is set in .dev.vars)'],
    [{ '.dev.vars': 'PORT=99999\n' }, 1, 'fault: PORT must be a whole number'],
    [
      { '.dev.vars': `OPENAI_KEY=${SECRET}\n` },
      0,
      'warning: OPENAI_KEY is set in .dev.vars, but is not a setting',
    ],
    [{ '.dev.vars': `OPENAI_API_KEY ${SECRET}\n` }, 0, 'warning: .dev.vars, line 1, is no NAME=VALUE'],
    [{ '.dev.vars': 'REQUIRE_AUTH=true\n' }, 0, 'warning: REQUIRE_AUTH is on but API_TOKEN is not set'],
    [{ '.dev.vars': 'API_TOKEN=short\n' }, 0, 'warning: API_TOKEN has fewer than 20 characters'],
    [{ '.env': 'API_TOKEN=short\nHOST=0.0.0.0\n' }, 1, 'fault: API_TOKEN has fewer than 20 characters'],
    [{ '.dev.vars': 'MODELS={"fast":["opnai/x"]}\n' }, 0, 'warning: MODELS.fast leads to opnai/x, but'],
    [{ 'wrangler.toml': `[vars]\nAPI_TOKEN = "${SECRET}"\n` }, 1, 'fault: API_TOKEN stands in wrangler.toml'],
    [
      {
        'wrangler.local.toml': `[vars]\nUPSTREAMS = { a = { base = "http://a/v1", key = "A_KEY" } }\nA_KEY = "${SECRET}"\n`,
      },
      1,
      'fault: A_KEY stands in wrangler.local.toml',
    ],
    [
      { 'wrangler.toml': `[vars]\nAPI_TOKEN = "${SECRET}\n` },
      1,
      'fault: wrangler.toml, line 2, is malformed',
    ],
    [{ 'wrangler.toml': 'name = "x"\n' }, 1, 'fault: wrangler.toml does not declare KEY_OBJECTS'],
    [{ 'wrangler.toml': 'name = "x"\n' }, 1, 'run_worker_first of wrangler.toml lacks /v1, /v1/*'],
    [
      { 'wrangler.toml': `[vars]\nFORWARD_HEADERS = "${'x-a,'.repeat(2000)}"\n` },
      1,
      'fault: FORWARD_HEADERS in wrangler.toml is 8 KB',
    ],
    [
      { 'wrangler.toml': '[observability]\nenabled = true\n' },
      1,
      'warning: wrangler.toml lets the platform log the URL',
    ],
  ])('of %j is exit code %i', async (files, code, message) => {
    const found = await doctor([await folderWith(files)]);
    expect(found.configuration).toContain(message);
    expect(found.code).toBe(code);
  });

  test('whose secrets others may read, or git would take, is told', async () => {
    const folder = await folderWith({ '.gitignore': '' });
    await writeFile(join(folder, '.dev.vars'), `API_TOKEN=${SECRET}\n`, { mode: 0o644 });
    await run('git', ['init', '-q', folder]);
    const found = await doctor([folder]);
    expect(found.configuration).toContain('chmod 600');
    expect(found.configuration).toContain('fault: git does not ignore .dev.vars');
    await writeFile(join(folder, '.gitignore'), '.dev.vars\n');
    expect((await doctor([folder])).code).toBe(0);
  });

  test("without a project is the person's own file, and speaks Chinese to whom it should", async () => {
    const settings = join(world.home.folder, '.config/nexcode/settings.env');
    await mkdir(join(settings, '..'), { recursive: true });
    await writeFile(settings, 'LEDGER=perhaps\n', { mode: 0o600 });
    const { code, stdout } = await world.home.run(['doctor'], { environment: { LANG: 'zh_CN.UTF-8' } });
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^配置\n[\s\S]*（在 settings\.env 中设置）[\s\S]*需要改正/),
    ]);
    await writeFile(settings, '');
  });
});

describe('a server', () => {
  const asked = () =>
    world.surface.upstream.exchanges.filter(({ request }) => request.method === 'POST').length;

  test('that works is asked for nothing that costs', async () => {
    const before = asked();
    const found = await doctor([], world.asOperator);
    expect(found).toMatchObject({ code: 0, ok: true });
    expect(found.server).toMatch(
      /good: NexCode .* answers[\s\S]*good: The upstream default answers\.\ngood: Keys and the ledger answer\.\ngood: 1 models/,
    );
    expect(asked()).toBe(before);
  });

  test('answers one request of a few tokens with --ask', async () => {
    const before = asked();
    const found = await doctor(['--ask'], world.asOperator);
    expect(found.server).toMatch(/good: The model .* answered within \d+ ms/);
    expect(asked()).toBe(before + 1);
    expect(world.sent()).toMatchObject({ model: 'gpt-a', max_tokens: 32 });
  });

  test('that refuses the key is a fault', async () => {
    const found = await doctor([], { ...world.asOperator, NEXCODE_API_KEY: SECRET });
    expect([found.code, found.server]).toEqual([
      1,
      expect.stringContaining('fault: The server refuses the key'),
    ]);
  });

  test('whose upstream is not there is a fault', async () => {
    const { OPENAI_API_KEY, API_TOKEN } = KEYED;
    await using gateway = await startGateway({
      OPENAI_API_KEY,
      API_TOKEN,
      OPENAI_API_BASE: 'http://127.0.0.1:1/v1',
    });
    const found = await doctor([], { NEXCODE_BASE_URL: gateway.base, NEXCODE_API_KEY: API_TOKEN });
    expect([found.code, found.server]).toEqual([
      1,
      expect.stringMatching(/fault: The upstream default .*OPENAI_API_BASE/),
    ]);
  });

  test('that is another program is told from one that is not there', async () => {
    const other = await doctor([], { NEXCODE_BASE_URL: world.surface.upstream.base });
    expect([other.code, other.server]).toEqual([
      1,
      expect.stringMatching(/^fault: What answers .* is not NexCode/),
    ]);
    const none = await doctor([], { NEXCODE_BASE_URL: 'http://127.0.0.1:1' });
    expect([none.code, none.server]).toEqual([1, expect.stringContaining('fault: There is no answer')]);
    const unnamed = await doctor([await folderWith({ '.dev.vars': 'PORT=1\n' })]);
    expect([unnamed.code, unnamed.server]).toEqual([
      0,
      expect.stringMatching(/^note: There is no answer from http:\/\/127\.0\.0\.1:1 /),
    ]);
  });

  test('of the folder is found by its port and asked with its token', async () => {
    const { port } = new URL(world.surface.url);
    const { API_TOKEN } = KEYED;
    const found = await doctor([await folderWith({ '.dev.vars': `PORT=${port}\nAPI_TOKEN=${API_TOKEN}\n` })]);
    expect(found.server).toContain('good: The upstream default answers.');
  });
});

test('a person sees marks, and what there is to do', async () => {
  await using command = world.home.terminal(
    ['doctor', await folderWith({ '.dev.vars': 'LEDGER=x\n' })],
    world.asOperator,
  );
  await command.shows('✗');
  await command.shows('LEDGER must be true or false');
  await command.shows('1 to mend.');
  expect(await command.ended).toBe(1);
});
