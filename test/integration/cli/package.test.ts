/** The package as `npm run package` makes it, in an empty folder: no repository, no wrangler, no build. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import type { Checkout } from '../../support/checkout.ts';
import { type Home, makeHome } from '../../support/cli.ts';
import { call } from '../../support/http.ts';
import { type InstalledPackage, installPackage, ownNodes } from '../../support/installed-package.ts';

const run = promisify(execFile);
const MEBIBYTE = 1024 * 1024;

let pack: InstalledPackage;
let checkout: Checkout;
/** Where the package is installed. */
let place: Home;
/** An empty folder, from where it is called. */
let home: Home;
let tarball: string;
let files: readonly string[];

beforeAll(async () => {
  pack = await installPackage();
  ({ checkout, place, tarball } = pack);
  home = await makeHome(pack.program);
  const entries = await readdir(pack.folder, { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(pack.folder.length + 1));
}, 240_000);

afterAll(async () => {
  for (const each of [home, pack]) await each[Symbol.asyncDispose]();
});

test('holds what runs, and nothing else', async () => {
  const others = files.filter(
    (file) => !/^(?:dist\/(?:cli|site)\/|dist\/worker\/[^/]+\.(?:js|bin)$)/.test(file),
  );
  expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json', 'src/cli/nexcode.js']);
  expect(files.filter((file) => /\.(?:ts|tsx|map)$/.test(file))).toEqual([]);
  expect((await stat(tarball)).size).toBeLessThan(2 * MEBIBYTE);
  for (const file of files.filter((each) => each.startsWith('dist/cli/'))) {
    const text = await readFile(join(place.folder, 'node_modules/nexcode', file), 'utf8');
    expect(text).not.toContain(PROJECT_ROOT);
    expect(text).not.toContain(checkout.folder);
  }
});

test('serves page, assistant and keys from an empty folder, and keeps its state with the person', async () => {
  const settings = join(home.folder, '.config/nexcode');
  await mkdir(settings, { recursive: true });
  await writeFile(
    join(settings, 'settings.env'),
    'API_TOKEN=token-of-the-settings-file\nREQUIRE_AUTH=true\n',
  );
  await using server = home.terminal(['serve', '--port', '0']);
  await server.shows('NexCode is running.');
  await server.shows('API_TOKEN is set in settings.env');
  await server.shows('Ctrl-C stops it.');
  const url = /http:\/\/localhost:\d+/.exec(server.shown)?.[0] ?? '';
  expect((await call(url, { path: '/' })).head.header('content-type')).toContain('text/html');
  expect((await call(url, { path: '/docs/en/basics' })).status).toBe(200);
  const environment = { NEXCODE_BASE_URL: url, NEXCODE_API_KEY: 'token-of-the-settings-file' };
  const answer = await home.run(['ask', '-m', 'nexcode', 'What is NexCode?'], { environment });
  expect([answer.code, answer.stderr]).toEqual([0, '']);
  expect(answer.stdout).toContain('gateway');
  expect(
    (await home.run(['ask', '-m', 'nexcode', 'Hi'], { environment: { NEXCODE_BASE_URL: url } })).code,
  ).toBe(4);
  server.type('\u0003');
  expect(await server.ended).toBe(0);
  expect(await readdir(home.folder)).toEqual(['.config', '.local']);
  expect(await readdir(join(home.folder, '.local/share/nexcode'))).toContain('keys-secret');
});

test('writes a project to deploy, out of what it holds', async () => {
  const { code, stderr } = await home.run(['init', 'gateway']);
  expect([code, stderr]).toEqual([0, '']);
  const made = join(home.folder, 'gateway');
  expect(await readFile(join(made, 'worker/index.js'), 'utf8')).toBe(
    await readFile(join(place.folder, 'node_modules/nexcode/dist/worker/index.js'), 'utf8'),
  );
  expect(await readFile(join(made, 'wrangler.toml'), 'utf8')).toContain('no_bundle = true');
  expect(await readFile(join(made, '.dev.vars.example'), 'utf8')).toMatch(/^OPENAI_API_KEY=$/m);
  const examined = await home.run(['doctor', made]);
  expect([examined.code, examined.stderr]).toEqual([0, '']);
  expect(examined.stdout).toContain('wrangler.toml declares all that a deployment needs.');
  await rm(made, { recursive: true });
});

test('what is wrong with a setting is said with its file', async () => {
  await writeFile(join(home.folder, '.config/nexcode/settings.env'), 'REQUIRE_AUTH=perhaps\n');
  const { code, stderr } = await home.run(['serve']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('it is set in settings.env')]);
});

test('plain `npm pack`, which runs no script here, makes a package that says so', async () => {
  await rm(tarball);
  const packing = checkout.run('npm', ['pack']);
  expect(await packing.ended, packing.stderr).toBe(0);
  await using other = await makeHome();
  await run('tar', ['-xzf', tarball, '-C', other.folder, '--strip-components=1']);
  await using packed = await makeHome(join(other.folder, 'src/cli/nexcode.js'));
  const outcome = await packed.run(['--version']);
  expect([outcome.code, outcome.stderr]).toEqual([1, expect.stringContaining('`npm run package`')]);
});

/** A Node that cannot run the command itself, where this machine has one. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((file) => existsSync(file) && majorOf(file) >= 18 && majorOf(file) < 24);

function majorOf(node: string): number {
  return Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1]);
}

describe.skipIf(oldNode === undefined || ownNodes().length === 0)('called by an old Node', () => {
  const program = () => join(place.folder, 'node_modules/nexcode/src/cli/nexcode.js');
  const asOld = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    run(oldNode ?? '', [program(), ...args], {
      env: { PATH: '/usr/bin:/bin', HOME: home.folder, LANG: 'en_US.UTF-8', ...environment },
    }).catch((error: unknown) => outcomeSchema.parse(error));

  test('it starts itself again with the Node beside it, and hands on its exit code', async () => {
    expect((await asOld(['--version'])).stdout).toBe(`${manifest.version}\n`);
    expect(await asOld(['akk'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Is ask meant?') });
  });

  test('without one it says what to do, in the language of the locale', async () => {
    const modules = join(place.folder, 'node_modules');
    for (const name of ownNodes()) await rename(join(modules, name), join(modules, `${name}-away`));
    expect(await asOld(['models'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--omit=optional'),
    });
    const chinese = await asOld(['models'], { LANG: 'zh_CN.UTF-8' });
    expect(chinese).toMatchObject({ code: 1, stderr: expect.stringContaining('请安装 Node 24') });
    for (const name of ownNodes()) await rename(join(modules, `${name}-away`), join(modules, name));
  });
});

const outcomeSchema = z.looseObject({ code: z.number(), stdout: z.string(), stderr: z.string() });
