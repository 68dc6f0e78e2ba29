/** What a clone on Windows meets: files whose lines end with CRLF. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { copyProject, writeCrlf } from '../../support/checkout.ts';
import { call } from '../../support/http.ts';

const run = promisify(execFile);

test('a project whose files have CRLF is built and started, and all that it reads is understood', async () => {
  await using project = await copyProject(
    'README.md',
    'README.zh-CN.md',
    'CONTRIBUTING.md',
    '.dev.vars.example',
  );
  const { folder } = project;
  await writeFile(
    join(folder, 'knowledge/handbook.md'),
    '---\ntitle: Handbook\nlang: en\n---\n\n## Who feeds the office turtle?\n\nWhoever arrives first.\n',
  );
  await writeFile(join(folder, '.dev.vars'), '# A comment\nPORT=0\nOPENAI_MODEL=nexcode\nMAX_TOKENS=7\n');
  await writeFile(join(folder, 'wrangler.toml'), '\n[vars]\nDEBUG = false\n', { flag: 'a' });
  // The packages are shared: the link is no file of the folder.
  await writeCrlf(folder);
  expect(await readFile(join(folder, 'wrangler.toml'), 'utf8')).toContain('\r\n');

  await using tables = project.run('node', ['scripts/write-docs.ts', '--check']);
  expect([await tables.ended, tables.stderr]).toEqual([0, '']);

  await using command = project.run('npm', ['start']);
  const url = await command.serves();
  expect(command.stdout).toContain('API_TOKEN is not set');
  const page = await call(url, { path: '/' });
  expect(page.head.header('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect((await call(url, { path: '/docs/en/api' })).text()).toContain('<h1>');
  const health: unknown = JSON.parse((await call(url, { path: '/health' })).text());
  expect(health).toMatchObject({ status: 'ok', model: 'nexcode' });
  const ask = async (content: string) => {
    const answer = await call(url, {
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'nexcode', messages: [{ role: 'user', content }] }),
    });
    return answer.text();
  };
  expect(await ask('Who feeds the office turtle?')).toContain('Whoever arrives first.');
  const guide = await ask('How do I give it my OpenAI key?');
  expect(guide).toContain('.dev.vars');
  expect(guide).not.toContain('\\r');
  expect(command.stderr).toBe('');
});

test('a clone has LF on Windows too, and binary files as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-clone-'));
  try {
    const origin = join(folder, 'origin');
    await mkdir(origin);
    for (const name of ['.gitattributes', '.ci', 'public', 'scripts', 'wrangler.toml'])
      await cp(join(PROJECT_ROOT, name), join(origin, name), { recursive: true });
    const git = (...args: string[]) =>
      run('git', ['-c', 'core.autocrlf=true', '-c', 'user.name=n', '-c', 'user.email=n@localhost', ...args], {
        cwd: origin,
      });
    await git('init', '-q');
    await git('add', '.');
    await git('commit', '-q', '-m', 'all');
    await git('clone', '-q', '-c', 'core.autocrlf=true', origin, join(folder, 'clone'));
    for (const name of ['.ci/run', 'wrangler.toml', 'scripts/knowledge/thesaurus.txt', 'public/_headers'])
      expect(await readFile(join(folder, 'clone', name), 'utf8'), name).not.toContain('\r');
    const icon = await readFile(join(folder, 'clone/public/icon-192.png'));
    expect(icon.equals(await readFile(join(PROJECT_ROOT, 'public/icon-192.png')))).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
