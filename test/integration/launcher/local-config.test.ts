/** wrangler.local.toml: settings of one's own that git ignores, read by start and deploy over wrangler.toml. */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { mergeConfigs } from '../../../src/launcher/local-config.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { copyProject } from '../../support/checkout.ts';
import { call } from '../../support/http.ts';

const LOCAL = `name = "my-own"

[vars]
OPENAI_MODEL = "from-local"
TEMPERATURE = 1

[vars.UPSTREAMS.near]
base = "http://127.0.0.1:1/v1"
`;

test('what the local file says takes the place of the project’s, each setting and environment by itself', () => {
  const project = {
    name: 'a',
    main: 'm',
    vars: { X: 1, T: { a: 1 } },
    env: { staging: { name: 's', vars: { S: 1 } } },
  };
  const local = {
    name: 'b',
    vars: { T: { b: 2 } },
    env: { staging: { vars: { U: 2 } }, other: { name: 'o' } },
  };
  expect(mergeConfigs(project, local)).toEqual({
    name: 'b',
    main: 'm',
    vars: { X: 1, T: { b: 2 } },
    env: { staging: { name: 's', vars: { S: 1, U: 2 } }, other: { name: 'o' } },
  });
  expect(mergeConfigs(project, {})).toEqual(project);
});

test('an environment has the bindings of the project, which wrangler would leave out', () => {
  const ratelimits = [{ name: 'LOGIN_RATE_LIMIT' }];
  const own = { env: { staging: { vars: { A: 1 } }, other: { ratelimits: [] } } };
  expect(mergeConfigs({ ratelimits }, own)).toEqual({
    ratelimits,
    env: { staging: { ratelimits, vars: { A: 1 } }, other: { ratelimits: [] } },
  });
});

test('npm start reads it, weaker than .dev.vars and stronger than wrangler.toml', async () => {
  await using project = await copyProject();
  await writeFile(join(project.folder, 'wrangler.local.toml'), LOCAL);
  await writeFile(join(project.folder, '.dev.vars'), 'TEMPERATURE=hot\n');
  await writeFile(
    join(project.folder, 'wrangler.toml'),
    '\n[vars]\nOPENAI_MODEL = "from-project"\nMAX_TOKENS = 0\n',
    {
      flag: 'a',
    },
  );
  await using refused = project.run('npm', ['start'], { PORT: '0' });
  expect(await refused.ended).toBe(1);
  expect(refused.stderr).toContain('TEMPERATURE must be a number from 0 to 2 (it is set in .dev.vars).');
  expect(refused.stderr).toContain(
    'MAX_TOKENS must be a whole number from 1 to 10000000 (it is set in wrangler.toml).',
  );

  await writeFile(join(project.folder, '.dev.vars'), 'MAX_TOKENS=5\n');
  await using command = project.run('npm', ['start'], { PORT: '0' });
  const url = await command.serves();
  expect(command.stdout).toContain('near: http://127.0.0.1:1/v1');
  expect((await call(url, { path: '/health' })).json()).toMatchObject({ model: 'from-local' });
});

test('a mistake in it is told with its line and without its text', async () => {
  await using project = await copyProject();
  await writeFile(join(project.folder, 'wrangler.local.toml'), '[vars]\nAPI_TOKEN = secret-text\n');
  await using command = project.run('npm', ['start'], { PORT: '0' });
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain('wrangler.local.toml, line 2: ');
  expect(command.stderr).not.toContain('secret-text');
});

test('npm run deploy deploys what both files come to, and leaves nothing behind', async () => {
  await using project = await copyProject();
  await writeFile(join(project.folder, 'wrangler.local.toml'), LOCAL);
  const dry = ['run', 'deploy', '--', '--dry-run', '--outdir', 'dist/dry'];
  await using command = project.run('npm', dry, {
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_HIDE_BANNER: 'true',
  });
  expect([await command.ended, command.stderr]).toEqual([0, '']);
  expect(command.stdout).toContain('from-local');
  expect(command.stdout).toContain('env.UPSTREAMS');
  expect(await readdir(join(project.folder, 'dist/dry'))).toContain('index.js');
  expect(await readdir(project.folder)).not.toContain('.wrangler.merged.json');
});

test('git ignores it, and wrangler.toml holds no setting', async () => {
  const run = promisify(execFile);
  await using project = await copyProject('.gitignore');
  const git = (...args: string[]) => run('git', args, { cwd: project.folder });
  await git('init', '-q');
  const { stdout } = await git('check-ignore', 'wrangler.local.toml', '.wrangler.merged.json', '.dev.vars');
  expect(stdout.trim().split('\n')).toHaveLength(3);
  expect(await readFile(join(PROJECT_ROOT, 'wrangler.toml'), 'utf8')).not.toMatch(/^\[vars/m);
});
