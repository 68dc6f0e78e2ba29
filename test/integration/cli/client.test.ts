/** `nexcode` in pipes, before the real gateway: what it sends, prints, and ends with. */
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apiError, chatChunk, chatCompletion, chatStream, respond, stream } from '../../support/answers.ts';
import { cliWorld } from '../../support/cli-world.ts';
import { API_TOKEN } from '../../support/surface.ts';

const world = cliWorld();

function ask(
  args: readonly string[],
  more: { environment?: Record<string, string>; stdin?: string | Buffer } = {},
) {
  return world.home.run(['ask', ...args], {
    ...more,
    environment: { ...world.asOperator, ...more.environment },
  });
}

describe('ask', () => {
  test('prints the answer as it was written, with a line end, and nothing else', async () => {
    world.surface.upstream.reply(stream(chatStream(['**Bold** ', 'and \u001b[31mred'])));
    expect(await ask(['Why?', 'Say', 'it.'])).toEqual({
      code: 0,
      stdout: '**Bold** and \u001b[31mred\n',
      stderr: '',
    });
    expect(world.sent()).toMatchObject({
      stream: true,
      messages: [{ role: 'user', content: 'Why? Say it.' }],
    });
  });

  test('says model, system prompt and temperature', async () => {
    world.surface.upstream.reply(stream());
    await ask(['-m', 'gpt-other', '-s', 'Be brief.', '-t', '0.2', 'Hi']);
    expect(world.sent()).toMatchObject({
      model: 'gpt-other',
      temperature: 0.2,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    });
  });

  test('adds what is piped in, and files with their names', async () => {
    await writeFile(join(world.home.folder, 'notes.md'), '# Notes 笔记\n');
    world.surface.upstream.reply(stream());
    await ask(['Summarise', '--file', 'notes.md'], { stdin: 'piped text\n' });
    expect(world.sent()).toMatchObject({
      messages: [{ content: 'Summarise\n\npiped text\n\nnotes.md:\n\n# Notes 笔记' }],
    });
  });

  test('a question can come from a pipe alone', async () => {
    world.surface.upstream.reply(stream());
    expect((await ask([], { stdin: 'Only piped' })).code).toBe(0);
    expect(world.sent()).toMatchObject({ messages: [{ content: 'Only piped' }] });
  });

  test('shows pictures from files and URLs', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
    await writeFile(join(world.home.folder, 'a.png'), png);
    world.surface.upstream.reply(stream());
    await ask(['What is it?', '-i', 'a.png', '-i', 'https://example.com/b.jpg']);
    expect(world.sent()).toMatchObject({
      messages: [
        {
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png.toString('base64')}` } },
            { type: 'image_url', image_url: { url: 'https://example.com/b.jpg' } },
          ],
        },
      ],
    });
  });

  test('--json prints the bytes of the API', async () => {
    const body = chatCompletion({ content: 'x', big: 12345678901234567890n.toString() });
    world.surface.upstream.reply(respond(body));
    expect(await ask(['--json', 'Hi'])).toEqual({ code: 0, stdout: `${body}\n`, stderr: '' });
    expect(world.sent()).not.toHaveProperty('stream');
  });

  test.each([
    [
      'at its length limit',
      stream([chatChunk({ content: 'Half' }), chatChunk({}, 'length'), '[DONE]']),
      'length',
    ],
    [
      'by a filter',
      stream([chatChunk({ content: 'Half' }), chatChunk({}, 'content_filter'), '[DONE]']),
      'filter',
    ],
    ['without a finish reason', stream([chatChunk({ content: 'Half' }), '[DONE]']), 'before it was whole'],
    ['cut', stream([chatChunk({ content: 'Half' })], 'cut'), 'before it was whole'],
    ['reset', stream([chatChunk({ content: 'Half' })], 'reset'), 'before it was whole'],
  ])('an answer that ends %s is printed, and the exit code is 6', async (_, script, word) => {
    world.surface.upstream.reply(script);
    const { code, stdout, stderr } = await ask(['Hi']);
    expect([code, stdout]).toEqual([6, 'Half\n']);
    expect(stderr).toContain(word);
  });

  test('a limit of the vendor is told with its own words, and the exit code is 5', async () => {
    for (let tries = 0; tries < 3; tries++) {
      world.surface.upstream.reply(respond(apiError('Slow down.', 'requests', 'rate_limit_exceeded'), 429));
    }
    const { code, stderr } = await ask(['Hi']);
    expect([code, stderr]).toEqual([5, 'Error: Slow down.\n']);
  });

  test('a wrong key is exit code 4 with its cure, and is not printed', async () => {
    const { code, stderr } = await ask(['Hi'], { environment: { NEXCODE_API_KEY: 'wrong-key-of-mine' } });
    expect(code).toBe(4);
    expect(stderr).toContain('NEXCODE_API_KEY');
    expect(stderr).not.toContain('wrong-key-of-mine');
  });

  test('a server that is not there is exit code 3 with its cure, in the language of the locale', async () => {
    const environment = { NEXCODE_BASE_URL: 'http://127.0.0.1:9', LANG: 'zh_CN.UTF-8' };
    const { code, stderr } = await ask(['Hi'], { environment });
    expect([code, stderr]).toEqual([
      3,
      '错误：http://127.0.0.1:9 没有应答。用 `nexcode serve` 启动服务器，或指明它的地址：--base-url URL。\n',
    ]);
  });

  test.each([
    [['ask'], 'There is no question.'],
    [['ask', '-t', 'hot', 'Hi'], 'must be a number from 0 to 2'],
    [['ask', '-f', 'missing.txt', 'Hi'], 'missing.txt cannot be read'],
    [['ask', '--tempreature', '1', 'Hi'], 'Is --temperature meant?'],
    [['akk'], 'Is ask meant?'],
    [['ask', '--base-url', 'ftp://x', 'Hi'], 'must be an http or https URL'],
    [['ask', '--profile', 'nobody', 'Hi'], 'nexcode profile save nobody'],
  ])('%j is exit code 2 and asks nobody', async (args, message) => {
    const before = world.surface.upstream.exchanges.length;
    const { code, stdout, stderr } = await world.home.run(args, { environment: world.asOperator });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(world.surface.upstream.exchanges.length).toBe(before);
  });
});

test('chat answers every line of a pipe within one conversation', async () => {
  world.surface.upstream.reply(stream(chatStream(['First.'])));
  world.surface.upstream.reply(stream(chatStream(['Second.'])));
  const outcome = await world.home.run(['chat'], { environment: world.asOperator, stdin: 'One\n\nTwo' });
  expect(outcome).toEqual({ code: 0, stdout: 'First.\nSecond.\n', stderr: '' });
  expect(world.sent()).toMatchObject({
    messages: [
      { role: 'user', content: 'One' },
      { role: 'assistant', content: 'First.' },
      { role: 'user', content: 'Two' },
    ],
  });
});

test('models prints a name a line in a pipe, and with --json the list', async () => {
  expect(await world.home.run(['models'], { environment: world.asOperator })).toEqual({
    code: 0,
    stdout: 'nexcode\n',
    stderr: '',
  });
  const { stdout } = await world.home.run(['models', '--json'], { environment: world.asOperator });
  expect(JSON.parse(stdout)).toMatchObject({ object: 'list', data: [{ id: 'nexcode' }] });
});

test('health prints the report; the deep one asks the upstream', async () => {
  const shallow = await world.home.run(['health'], { environment: world.asOperator });
  expect([shallow.code, shallow.stdout]).toEqual([0, expect.stringMatching(/^status\s+ok$/m)]);
  const { code, stdout } = await world.home.run(['health', '--deep', '--json'], {
    environment: world.asOperator,
  });
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'ok', upstreams: [{ reachable: true }] }]);
  expect(
    (await world.home.run(['health', '--deep'], { environment: { NEXCODE_BASE_URL: world.surface.base } }))
      .code,
  ).toBe(4);
});

test('a server that keeps neither keys nor a ledger is told from one that refuses', async () => {
  for (const command of [['keys', 'list'], ['usage']]) {
    const { code, stdout, stderr } = await world.home.run(command, { environment: world.asOperator });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('a server that keeps them');
  }
  const rows = await world.home.run(['usage', '--rows'], { environment: world.asOperator });
  expect([rows.code, rows.stdout, rows.stderr]).toEqual([1, '', expect.stringContaining('keeps them')]);
});

test.each([
  [['--api-kye=sk-mistyped-0123456789', 'models'], 'There is no option --api-kye.'],
  [['ask', '--api-kye=sk-mistyped-0123456789', 'Hi'], 'There is no option --api-kye.'],
  [['sk-mistyped-0123456789'], 'There is no command [redacted].'],
])('a key in %j is not repeated', async (args, message) => {
  const { code, stderr } = await world.home.run(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).not.toContain('mistyped');
});

test("OpenAI's admin key of the environment is sent to no other server", async () => {
  world.surface.upstream.reply(stream());
  const environment = { OPENAI_ADMIN_KEY: 'sk-admin-of-openai-alone' };
  expect((await ask(['Hi'], { environment })).code).toBe(0);
  const models = await world.home.run(['models'], {
    environment: { ...environment, NEXCODE_BASE_URL: world.surface.base },
  });
  expect([models.code, models.stderr]).toEqual([4, expect.not.stringContaining('sk-admin')]);
});

describe('a profile', () => {
  test('is kept for its owner alone, and used by default', async () => {
    const saved = await world.home.run(['profile', 'save', '--base-url', world.surface.base, '--key-stdin'], {
      stdin: `${API_TOKEN}\n`,
    });
    expect(saved.code).toBe(0);
    const file = join(world.home.folder, '.config/nexcode/profiles.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      default: { base_url: world.surface.base, api_key: API_TOKEN },
    });
    expect((await world.home.run(['models'])).stdout).toBe('nexcode\n');
    const listed = await world.home.run(['profile', 'list']);
    expect(listed.stdout).toContain('with a key');
    expect(listed.stdout).not.toContain(API_TOKEN);
    await chmod(file, 0o644);
    const open = await world.home.run(['models']);
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('chmod 600')]);
    await chmod(file, 0o600);
    expect((await world.home.run(['profile', 'remove', 'default'])).code).toBe(0);
    expect((await world.home.run(['profile', 'list'])).code).toBe(1);
  });
});

test.each([
  ['en_US.UTF-8', 'Commands:'],
  ['zh_CN.UTF-8', '命令：'],
])('the help is printed in %s', async (LANG, title) => {
  const { code, stdout, stderr } = await world.home.run(['--help'], { environment: { LANG } });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`\n${title}\n`);
});
