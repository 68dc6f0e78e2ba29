/** Curves of what the operator has set: many models, long lists of targets. */
import { respond } from '../../test/support/answers.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd, type Workerd } from '../../test/support/workerd.ts';
import { chatForm, type Form } from '../contender.ts';
import { load } from '../load.ts';
import { cpuPerCall } from './cost.ts';
import { atEach, type Curve } from './curve.ts';

const CALLS = 1500;

/** Both of them. */
export function settingCurves(upstream: string): Curve[] {
  return [
    {
      id: 'models',
      words: { en: 'Names in MODELS', zh: 'MODELS 中的名称数' },
      sizes: [1, 10, 100, 1000, 5000],
      quickUpTo: 100,
      figures: [
        {
          words: { en: 'µs CPU a request for the last of them', zh: '请求其中最后一个名称，µs CPU' },
          power: 0,
        },
      ],
      measure: (sizes) =>
        atEach(sizes, async (size) => ({
          size,
          costs: [await costOf(namesOf(size, `${upstream}/v1`), `name-${size - 1}`)],
        })),
    },
    {
      id: 'targets',
      words: { en: 'Targets of one model', zh: '一个模型的目标数' },
      sizes: [1, 2, 5, 10, 20],
      quickUpTo: 20,
      figures: [
        {
          words: { en: 'µs CPU a request that the first serves', zh: '由第一个目标作答的请求，µs CPU' },
          power: 0,
        },
      ],
      counted: {
        words: { en: 'calls where all but the last fail', zh: '除最后一个外全部失败时的调用数' },
        expected: (size) => size,
      },
      measure: (sizes) =>
        atEach(sizes, async (size) => ({
          size,
          costs: [await costOf(listOf(size, `${upstream}/v1`), 'the-list')],
          count: await callsUntilTheLast(size),
        })),
    },
  ];
}

/** So many names of one model at this base. */
function namesOf(size: number, base: string) {
  const names = Array.from({ length: size }, (_, index) => [`name-${index}`, 'one/gpt-test'] as const);
  return { UPSTREAMS: { one: { base } }, MODELS: Object.fromEntries(names) };
}

/** One model with so many targets at this base. */
function listOf(size: number, base: string) {
  const names = Array.from({ length: size }, (_, index) => `target-${index}`);
  return {
    UPSTREAMS: Object.fromEntries(names.map((name) => [name, { base }])),
    MODELS: { 'the-list': names.map((name) => `${name}/gpt-test`) },
  };
}

function startOpen(settings: ReturnType<typeof namesOf | typeof listOf>): Promise<Workerd> {
  return startWorkerd({ ...settings, OPENAI_API_KEY: 'sk-server', REQUIRE_AUTH: 'false' });
}

async function costOf(settings: ReturnType<typeof namesOf | typeof listOf>, model: string): Promise<number> {
  await using server = await startOpen(settings);
  const form: Form = {
    ...chatForm(),
    headers: {},
    body: (padding) => ({ ...chatForm().body(padding), model }),
  };
  const to = { url: server.url, pid: server.pid, form };
  await load(to, {}, CALLS, 16);
  return await cpuPerCall(to, {}, CALLS, 16);
}

/** How often upstreams are asked for one request where the last target alone serves it. */
async function callsUntilTheLast(size: number): Promise<number> {
  await using upstream = await startUpstream();
  await using server = await startOpen(listOf(size, upstream.base));
  for (let target = 1; target < size; target += 1)
    upstream.reply(respond('{"error":{"message":"busy"}}', 503));
  upstream.reply(respond('{"id":"the last"}'));
  const answer = await fetch(`${server.base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'the-list', messages: [] }),
  });
  const text = await answer.text();
  if (!text.includes('the last')) throw new Error(`The list was answered ${answer.status}: ${text}`);
  return upstream.exchanges.length;
}
