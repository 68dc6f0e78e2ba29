/** The start lines of README, run as they are printed before a fake of the server that they name. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { apiError, chatCompletion, respond, stall } from '../../support/answers.ts';
import { copyProject } from '../../support/checkout.ts';
import { call } from '../../support/http.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

/** A server like Ollama: it lists and serves one model, and refuses any other. */
async function startOllama(model: string): Promise<Upstream> {
  const upstream = await startUpstream();
  upstream.always(async (exchange) => {
    const { path, body } = exchange.request;
    if (path.endsWith('/models')) return respond(`{"object":"list","data":[{"id":"${model}"}]}`)(exchange);
    if (body.toString().includes(`"model":"${model}"`)) return respond(chatCompletion())(exchange);
    return respond(apiError('model not found'), 404)(exchange);
  });
  return upstream;
}

async function askAssistant(url: string) {
  return call(url, {
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
    body: '{"model":"nexcode","messages":[{"role":"user","content":"How do I start it?"}]}',
  });
}

/** `NAME=VALUE ... npm start`, before a server on this machine. */
const LOCAL_START =
  /(?:[A-Z_]+=\S+ )*OPENAI_API_BASE=http:\/\/(?:127\.0\.0\.1|localhost):\d+\S* (?:[A-Z_]+=\S+ )*npm start/g;

test.each(['README.md', 'README.zh-CN.md'])('the local start lines of %s work as printed', async (file) => {
  const lines = (await readFile(join(PROJECT_ROOT, file), 'utf8')).match(LOCAL_START) ?? [];
  expect(lines.length).toBeGreaterThan(0);
  await using project = await copyProject();
  for (const line of new Set(lines)) {
    const model = /OPENAI_MODEL=(\S+)/.exec(line)?.[1];
    expect(model, `${line}: a server of one's own has no model of OpenAI's`).toBeDefined();
    await using upstream = await startOllama(model ?? '');
    const here = line.replace(/http:\/\/(?:127\.0\.0\.1|localhost):\d+/, upstream.base.replace(/\/v1$/, ''));
    await using command = project.run('bash', ['-c', `export PORT=0; ${here.replace(/ ?\bPORT=\d+/, '')}`]);
    const url = await command.serves();
    expect(command.stdout).not.toContain('  ! ');
    const answer = await askAssistant(url);
    expect([answer.status, answer.head.header('x-nexcode-answer')]).toEqual([200, 'model']);
  }
});

test('a start before another server without OPENAI_MODEL names the models that it serves, and what the assistant lacks', async () => {
  await using upstream = await startOllama('llama3.2');
  await using project = await copyProject();
  await using command = project.run('npm', ['start'], { PORT: '0', OPENAI_API_BASE: upstream.base });
  await command.prints('It serves: llama3.2.');
  expect(command.stdout).toContain('OPENAI_MODEL is not set');
  const lists = upstream.exchanges.filter(({ request }) => request.path.endsWith('/models'));
  expect(lists).toHaveLength(1);
  const url = await command.serves();
  const answer = await askAssistant(url);
  expect(answer.text()).toContain('OPENAI_MODEL');
});

test('a start does not wait for a server that never answers, and stops at once', async () => {
  await using upstream = await startUpstream();
  upstream.always(stall);
  await using project = await copyProject();
  await using command = project.run('node', ['src/launcher/start.ts'], {
    PORT: '0',
    OPENAI_API_BASE: upstream.base,
  });
  await command.prints('Ctrl-C stops it.');
  expect(command.stdout).toContain('which it may not have');
  command.signal('SIGTERM');
  expect(await command.ended).toBe(0);
});
