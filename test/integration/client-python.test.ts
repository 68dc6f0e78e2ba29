/**
 * The official client for Python: its script against the gateway, where this machine has Python and
 * the package `openai`. Where it has not, the test says so and counts as skipped.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type TestContext, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { apiError, respond } from '../support/answers.ts';
import { callsTools, says } from '../support/chat-model.ts';
import { ADDITION, SUM } from '../support/client-calls.ts';
import { embeds } from '../support/embedding-model.ts';
import { JSON_TYPE } from '../support/surface.ts';
import { type Script, startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const run = promisify(execFile);
const SCRIPT = join(PROJECT_ROOT, 'stress/python_client.py');

/** Python's words. Skips the test where there is no Python; throws what Python complained of. */
async function python({ skip }: TestContext, ...options: readonly string[]): Promise<string> {
  try {
    // -B: it leaves no compiled file behind.
    const { stdout } = await run('python3', ['-B', ...options], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], no_proxy: '*', OPENAI_API_KEY: 'sk-mine' },
    });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      skip('python3 is not on this machine’s PATH.');
    throw error;
  }
}

const SLOW_DOWN = respond(apiError('Slow down.', 'requests', 'rate_limit_exceeded'), 429, {
  ...JSON_TYPE,
  'retry-after-ms': '1',
});

/** A model that does whatever the script asks of one. */
const model: Script = (exchange) => {
  if (exchange.request.path === '/v1/embeddings') return embeds(exchange);
  if (exchange.request.path === '/v1/models') return respond('{"object":"list","data":[]}')(exchange);
  const { model: name, messages, tools, response_format } = JSON.parse(exchange.request.body.toString());
  if (name !== 'm') return respond(apiError('No such model.'), 404)(exchange);
  const firstTime = exchange.request.head.header('x-stainless-retry-count') === '0';
  if (messages.at(-1).content === 'Say hello.' && firstTime) return SLOW_DOWN(exchange);
  if (response_format) return says('{"name":"東京","population":14000000}')(exchange);
  const told = messages.at(-1).role === 'tool';
  return (tools && !told ? callsTools({ ...ADDITION, name: 'Add' }) : says('Hello, 世界!'))(exchange);
};

test('python: the script says what it does, and that nothing was tried where the package is missing', async (context) => {
  // -I and -S: without the packages of this machine.
  const bare = ['-I', '-S', SCRIPT];
  expect(await python(context, ...bare, '--help')).toMatch(/^usage: python_client\.py .*BASE_URL/s);
  expect(await python(context, ...bare)).toMatch(/^skipped: .* Nothing was tried\.\n$/);
});

test('python: the official client finds every answer right', async (context) => {
  await using upstream = await startUpstream();
  await using gateway = await startWorkerd({ OPENAI_API_BASE: upstream.base, LOCAL_SERVER: 'true' });
  upstream.always(model);
  const options = ['--model', 'm', '--embedding-model', 'e'];
  const said = await python(context, SCRIPT, gateway.base, ...options);
  if (said.startsWith('skipped: ')) context.skip(said.trim());
  expect(said).toMatch(/every answer was right\.\n$/);
  const counts = upstream.exchanges.map(({ request }) => request.head.header('x-stainless-retry-count'));
  expect(counts.filter((count) => count === '1')).toHaveLength(2);
  const bodies = upstream.exchanges.map(({ request }) => request.body.toString());
  expect(bodies.filter((body) => body.includes('"image_url"'))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes(String(SUM)))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes('"json_schema"'))).toHaveLength(2);
});
