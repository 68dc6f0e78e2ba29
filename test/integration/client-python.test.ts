/** The official client for Python, and LangChain for Python: their scripts against the gateway. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { apiError, respond } from '../support/answers.ts';
import { callsTools, says } from '../support/chat-model.ts';
import { ADDITION, SUM } from '../support/client-calls.ts';
import { embeds } from '../support/embedding-model.ts';
import { pythonFor, pythonVerdict, runPython } from '../support/python.ts';
import { respondsCalling, respondsWith } from '../support/responses-model.ts';
import { JSON_TYPE } from '../support/surface.ts';
import { type Script, startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const SCRIPT = join(PROJECT_ROOT, 'stress/python_client.py');
const LANGCHAIN = join(PROJECT_ROOT, 'stress/python_langchain.py');

const KEY = { OPENAI_API_KEY: 'sk-mine' };

const SLOW_DOWN = respond(apiError('Slow down.', 'requests', 'rate_limit_exceeded'), 429, {
  ...JSON_TYPE,
  'retry-after-ms': '1',
});

/** A model that does whatever the scripts ask of one, on either API. */
const model: Script = (exchange) => {
  const { path, body, head } = exchange.request;
  if (path === '/v1/embeddings') return embeds(exchange);
  if (path === '/v1/models') return respond('{"object":"list","data":[]}')(exchange);
  const asked = JSON.parse(body.toString());
  if (asked.model !== 'm') return respond(apiError('No such model.'), 404)(exchange);
  const onResponses = path === '/v1/responses';
  const [say, calls] = onResponses ? [respondsWith, respondsCalling] : [says, callsTools];
  const last = (asked.messages ?? (typeof asked.input === 'string' ? [] : asked.input)).at(-1);
  const firstTime = head.header('x-stainless-retry-count') === '0';
  if (last?.content === 'Say hello.' && firstTime && !onResponses) return SLOW_DOWN(exchange);
  if (asked.response_format || asked.text?.format?.type === 'json_schema')
    return say('{"name":"東京","population":14000000}')(exchange);
  const told = last?.role === 'tool' || last?.type === 'function_call_output';
  return (asked.tools && !told ? calls({ ...ADDITION, name: 'Add' }) : say('Hello, 世界!'))(exchange);
};

test('python: where it can be had, CI does not go without', () => {
  const interpreter = '.venv/bin/python';
  expect(pythonVerdict(interpreter, true, true)).toEqual({ kind: 'run', interpreter });
  const reason = expect.stringContaining('npm run python');
  expect(pythonVerdict(undefined, true, true)).toEqual({ kind: 'fail', reason });
  expect(pythonVerdict(undefined, false, true)).toEqual({ kind: 'skip', reason });
  expect(pythonVerdict(undefined, true, false)).toEqual({ kind: 'skip', reason });
});

test('python: the script says what it does, and that nothing was tried where the package is missing', async (context) => {
  // -I and -S: without the packages of .venv.
  const bare = ['-I', '-S', SCRIPT];
  const python = await pythonFor(context);
  expect(await runPython(python, [...bare, '--help'])).toMatch(/^usage: python_client\.py .*BASE_URL/s);
  expect(await runPython(python, bare)).toMatch(/^skipped: .* Nothing was tried\.\n$/);
});

test('python: the official client finds every answer right', async (context) => {
  const python = await pythonFor(context);
  await using upstream = await startUpstream();
  await using gateway = await startWorkerd({ OPENAI_API_BASE: upstream.base, LOCAL_SERVER: 'true' });
  upstream.always(model);
  const options = ['--model', 'm', '--responses', '--embedding-model', 'e'];
  const said = await runPython(python, [SCRIPT, gateway.base, ...options], KEY);
  expect(said).toMatch(/every answer was right\.\n$/);
  const counts = upstream.exchanges.map(({ request }) => request.head.header('x-stainless-retry-count'));
  expect(counts.filter((count) => count === '1')).toHaveLength(2);
  const bodies = upstream.exchanges.map(({ request }) => request.body.toString());
  expect(bodies.filter((body) => body.includes('"image_url"'))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes(String(SUM)))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes('"json_schema"'))).toHaveLength(2);
  expect(upstream.exchanges.filter(({ request }) => request.path === '/v1/responses')).toHaveLength(3);
});

test('python: the official client finds every answer right where all its responses are translated', async (context) => {
  const python = await pythonFor(context);
  await using upstream = await startUpstream();
  const settings = { OPENAI_API_BASE: upstream.base, LOCAL_SERVER: 'true', RESPONSES_MODE: 'chat' };
  await using gateway = await startWorkerd(settings);
  upstream.always(model);
  const said = await runPython(python, [SCRIPT, gateway.base, '--model', 'm', '--responses'], KEY);
  expect(said).toMatch(/every answer was right\.\n$/);
  expect(upstream.exchanges.filter(({ request }) => request.path === '/v1/responses')).toEqual([]);
});

test('python: LangChain finds every answer right, on both APIs', { timeout: 60_000 }, async (context) => {
  const python = await pythonFor(context);
  await using upstream = await startUpstream();
  await using gateway = await startWorkerd({ OPENAI_API_BASE: upstream.base, LOCAL_SERVER: 'true' });
  upstream.always(model);
  const options = ['--model', 'm', '--responses', '--embedding-model', 'e'];
  const said = await runPython(python, [LANGCHAIN, gateway.base, ...options], KEY);
  expect(said).toMatch(/every answer was right\.\n$/);
  const requests = upstream.exchanges.map(({ request }) => request);
  const onResponses = requests.filter(({ path }) => path === '/v1/responses');
  const onChat = requests.filter(({ path }) => path === '/v1/chat/completions');
  for (const asked of [onChat, onResponses]) {
    const bodies = asked.map(({ body }) => body.toString());
    expect(bodies.filter((body) => body.includes('_image') || body.includes('"image_url"'))).toHaveLength(1);
    expect(bodies.filter((body) => body.includes(`"${SUM}"`))).toHaveLength(1);
    expect(bodies.filter((body) => body.includes('"json_schema"'))).toHaveLength(1);
  }
});
