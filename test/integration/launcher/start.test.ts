import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { respond } from '../../support/answers.ts';
import { copyProject } from '../../support/checkout.ts';
import { call, connect } from '../../support/http.ts';
import { startUpstream } from '../../support/upstream.ts';

const KEY = 'sk-environment-key-never-printed';
const TOKEN = 'token-of-dev-vars-never-printed';

test('npm start serves with the environment over .dev.vars over wrangler.toml, quietly and without secrets', async () => {
  await using upstream = await startUpstream();
  upstream.reply(respond('{"ok":1.0}'));
  await using project = await copyProject();
  const devVars = `API_TOKEN=${TOKEN}\nOPENAI_API_KEY=sk-weaker\nOPENAI_API_BASE=${upstream.base}\n`;
  await writeFile(join(project.folder, '.dev.vars'), devVars);
  await writeFile(
    join(project.folder, 'wrangler.toml'),
    '\n[vars]\nOPENAI_API_BASE = "http://127.0.0.1:1"\nREQUIRE_AUTH = true\n',
    { flag: 'a' },
  );
  await using command = project.run('npm', ['start'], { PORT: '0', OPENAI_API_KEY: KEY, OPENAI_MODEL: 'm' });
  const url = await command.serves();
  const body = '{"messages":[],"model":"m","seed":9223372036854775807}';
  const headers = { 'content-type': 'application/json' };

  expect((await call(url, { path: '/v1/chat/completions', headers, body })).status).toBe(401);
  const answer = await call(url, {
    path: '/v1/chat/completions',
    headers: { ...headers, authorization: `Bearer ${TOKEN}` },
    body,
  });
  expect(answer.text()).toBe('{"ok":1.0}');
  const { request } = await upstream.next();
  expect(request.head.header('authorization')).toBe(`Bearer ${KEY}`);
  expect(request.body.toString()).toBe(body);

  expect(command.stdout).toContain('OPENAI_API_KEY is set in the environment; API_TOKEN is set in .dev.vars');
  expect(command.stdout).toContain('(REQUIRE_AUTH is true)');
  for (const secret of [KEY, TOKEN, 'sk-weaker']) expect(command.stdout).not.toContain(secret);
  expect(command.stderr).toBe('');
});

test('Ctrl-C stops npm start without a word, however often it is pressed', async () => {
  await using project = await copyProject();
  await using command = project.run('npm', ['start'], { PORT: '0' });
  await using client = await connect(await command.serves());
  command.signal('SIGINT', 'group');
  command.signal('SIGINT', 'group');
  // npm ends as its shell did, which may die of the signal itself.
  expect([0, 'SIGINT']).toContain(await command.ended);
  await client.ended;
  expect(command.stderr).toBe('');
});

test('Ctrl-C in the middle of a start stops it', async () => {
  await using project = await copyProject();
  await using command = project.run('npm', ['start'], { PORT: '0', TMPDIR: project.folder });
  // npm prints the command before it starts it; the folder of the build is made by the launcher itself.
  await expect
    .poll(() => readdir(project.folder), { timeout: 15_000 })
    .toContainEqual(expect.stringMatching(/^nexcode-/));
  command.signal('SIGINT', 'group');
  await command.ended;
  expect(command.stdout).not.toContain('NexCode is running.');
});

test('SIGTERM to npm alone stops everything it has started', async () => {
  await using project = await copyProject();
  await using command = project.run('npm', ['start'], { PORT: '0' });
  const url = await command.serves();
  await using client = await connect(url);
  command.signal('SIGTERM');
  await command.ended;
  await client.ended;
  await expect(connect(url)).rejects.toThrow('ECONNREFUSED');
});

test('SIGTERM to the launcher stops it with exit code 0', async () => {
  await using project = await copyProject();
  await using command = project.run('node', ['src/launcher/start.ts'], { PORT: '0' });
  const url = await command.serves();
  command.signal('SIGTERM');
  expect(await command.ended).toBe(0);
  await expect(connect(url)).rejects.toThrow('ECONNREFUSED');
});

test.runIf(process.platform === 'linux')(
  'a runtime that dies is started again, and the operator is told',
  async () => {
    await using project = await copyProject();
    await using command = project.run('node', ['src/launcher/start.ts'], { PORT: '0' });
    const url = await command.serves();
    const children = await readFile(`/proc/${command.pid}/task/${command.pid}/children`, 'utf8');
    for (const child of children.trim().split(' ')) {
      if ((await readFile(`/proc/${child}/comm`, 'utf8')).trim() === 'workerd')
        process.kill(Number(child), 'SIGKILL');
    }
    await command.prints('The Workers runtime stopped unexpectedly and was started again.');
    expect((await call(url, { path: '/health' })).status).toBe(200);
  },
);

test('a taken port is told with its cure', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using project = await copyProject();
  await using command = project.run('npm', ['start'], { PORT: String(port) });
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain(`PORT ${port} is taken on 127.0.0.1`);
  expect(command.stderr).toContain(`PORT=${port + 1} npm start`);
  other.close();
});

test('bad settings stop the start, each with its name and never its value', async () => {
  await using project = await copyProject();
  await using command = project.run('npm', ['start'], {
    TEMPERATURE: 'hot-value',
    OPENAI_API_KEY: 'sk sp-ace',
  });
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain(
    'TEMPERATURE must be a number from 0 to 2 (it is set in the environment).',
  );
  expect(command.stderr).toContain('OPENAI_API_KEY must be visible ASCII characters');
  expect(command.stderr).not.toMatch(/hot-value|sp-ace/);
});

test('a malformed wrangler.toml is told with its line and without its text', async () => {
  await using project = await copyProject();
  await writeFile(
    join(project.folder, 'wrangler.toml'),
    'name = "nexcode"\n[vars]\nAPI_TOKEN = secret-text\n',
  );
  await using command = project.run('npm', ['start']);
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain('wrangler.toml, line 3: ');
  expect(command.stderr).not.toContain('secret-text');
});

test('a Worker that does not build stops the start with what is wrong in it', async () => {
  await using project = await copyProject();
  await writeFile(join(project.folder, 'src/worker/index.ts'), 'export default {');
  await using command = project.run('npm', ['start'], { PORT: '0' });
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain('src/worker/index.ts');
});

test('an old Node is told so, instead of a syntax error', async () => {
  await using project = await copyProject();
  const pretend = "Object.defineProperty(process, 'versions', { value: { node: '20.9.0' } })";
  await using command = project.run('node', [
    '--import',
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    '--import',
    './src/launcher/node-version.js',
    'src/launcher/start.ts',
  ]);
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain("NexCode's commands need Node 24 or newer, and this is Node 20.9.0");
});

test('an installation without the development packages is told with its cure', async () => {
  await using project = await copyProject();
  await rm(join(project.folder, 'node_modules'));
  await using command = project.run('node', [
    '--import',
    './src/launcher/node-version.js',
    'src/launcher/start.ts',
  ]);
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain('Run `npm ci`, without `--omit=dev`');
});

test('npm run dev serves with the same settings, reloads what changes, and stops', async () => {
  await using project = await copyProject();
  await using command = project.run('npm', ['run', 'dev'], { PORT: '0', API_TOKEN: TOKEN });
  const url = await command.serves();
  expect((await call(url, { path: '/health' })).status).toBe(200);
  const entry = join(project.folder, 'src/worker/index.ts');
  const text = await readFile(entry, 'utf8');
  await writeFile(
    entry,
    text.replace('export default app;', 'export default { fetch: () => new Response("changed") };'),
  );
  await command.prints('updated and ready');
  expect((await call(url, { path: '/health' })).text()).toBe('changed');
  expect(command.stdout).not.toContain(TOKEN);
  command.signal('SIGINT', 'group');
  expect([0, 'SIGINT']).toContain(await command.ended);
  expect(command.stderr).toBe('');
});
