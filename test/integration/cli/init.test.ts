/** `nexcode init`: the project that it writes is one that wrangler deploys, and that serves. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import manifest from '../../../package.json' with { type: 'json' };
import { loadWorker, wranglerFile } from '../../../src/launcher/build.ts';
import { OFFLINE_ENVIRONMENT, PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { startServer } from '../../../src/launcher/server.ts';
import { homeAt } from '../../../src/launcher/user-folders.ts';
import { type Home, makeHome } from '../../support/cli.ts';
import { call } from '../../support/http.ts';

const run = promisify(execFile);

let home: Home;
let folder: string;
beforeAll(async () => {
  home = await makeHome();
  folder = join(home.folder, 'My Gateway');
  const { code, stdout, stderr } = await home.run(['init', 'My Gateway']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('npm install && npm run deploy');
}, 120_000);
afterAll(() => home[Symbol.asyncDispose]());

test('writes a pinned project without a secret or a source', async () => {
  expect((await readdir(folder)).sort()).toEqual([
    '.dev.vars.example',
    '.gitignore',
    'README.md',
    'package.json',
    'site',
    'worker',
    'wrangler.toml',
  ]);
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({
    name: 'my-gateway',
    devDependencies: { wrangler: manifest.devDependencies.wrangler },
    nexcode: manifest.version,
  });
  expect((await readdir(join(folder, 'worker'))).filter((name) => !/\.(?:js|bin)$/.test(name))).toEqual([]);
  expect(await readFile(join(folder, '.gitignore'), 'utf8')).toMatch(/^\.dev\.vars$/m);
});

test('wrangler deploys it, with its files as they are and every binding', { timeout: 60_000 }, async () => {
  await symlink(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'));
  const out = join(home.folder, 'deployed');
  const { stdout } = await run(process.execPath, [wranglerFile(), 'deploy', '--dry-run', '--outdir', out], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      ...OFFLINE_ENVIRONMENT,
      ...homeAt(home.folder),
      FORCE_COLOR: '0',
    },
  });
  for (const binding of ['KEY_OBJECTS', 'BOOKS_OBJECT', 'LOGIN_RATE_LIMIT'])
    expect(stdout).toContain(binding);
  const built = (await readdir(join(folder, 'worker'))).sort();
  expect((await readdir(out)).filter((name) => /\.(?:js|bin)$/.test(name)).sort()).toEqual(built);
  for (const name of built)
    expect(await readFile(join(out, name))).toEqual(await readFile(join(folder, 'worker', name)));
});

test('what it deploys serves the page, the guides and the assistant', { timeout: 60_000 }, async () => {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(folder, 'wrangler.toml'));
  await using server = await startServer({
    modules: await loadWorker(join(folder, 'worker')),
    workerOptions,
    bindings: {},
    address: { host: '127.0.0.1', port: 0 },
    report: () => undefined,
  });
  const url = `http://127.0.0.1:${server.address.port}`;
  expect((await call(url, { path: '/' })).head.header('content-type')).toContain('text/html');
  expect((await call(url, { path: '/docs/en/basics' })).status).toBe(200);
  expect((await call(url, { path: '/health' })).json()).toMatchObject({ version: manifest.version });
});

test('in its own project it brings the built parts up to date, and nothing else', {
  timeout: 60_000,
}, async () => {
  const toml = `${await readFile(join(folder, 'wrangler.toml'), 'utf8')}\n[vars]\nDEBUG = "true"\n`;
  await writeFile(join(folder, 'wrangler.toml'), toml);
  await writeFile(join(folder, 'worker/old.js'), '');
  const own = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...own, nexcode: '0.0.1', author: 'me' }));
  const { code, stdout } = await home.run(['init', folder]);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`NexCode ${manifest.version}`)]);
  expect(await readFile(join(folder, 'wrangler.toml'), 'utf8')).toBe(toml);
  expect(await readdir(join(folder, 'worker'))).not.toContain('old.js');
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({
    author: 'me',
    nexcode: manifest.version,
  });
});

test('a folder with something else in it is left alone', async () => {
  const other = join(home.folder, 'other');
  await mkdir(other);
  await writeFile(join(other, 'thesis.txt'), 'mine');
  const { code, stderr } = await home.run(['init', other]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('is not empty')]);
  expect(await readdir(other)).toEqual(['thesis.txt']);
});
