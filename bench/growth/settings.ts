/** Curves of what the operator has set: many models, long lists of targets. */
import { respond } from '../../test/support/answers.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { chatForm, type Form } from '../contenders.ts';
import { load } from '../load.ts';
import { cpuPerCall } from './cost.ts';
import type { Curve, Point } from './curve.ts';

const CALLS = 1500;

/** Both of them. */
export function settingCurves(upstream: string, quick: boolean): Curve[] {
  const upTo = (sizes: readonly number[], most: number) => sizes.filter((size) => !quick || size <= most);
  return [
    {
      id: 'models',
      words: { en: 'Names in MODELS', zh: 'MODELS 中的名称数' },
      sizes: upTo([1, 10, 100, 1000, 5000], 100),
      figures: [
        {
          words: { en: 'µs CPU a request for the last of them', zh: '请求其中最后一个名称，µs CPU' },
          power: 0,
        },
      ],
      measure: async (sizes) => {
        const points: Point[] = [];
        for (const size of sizes) {
          const names = Array.from(
            { length: size },
            (_, index) => [`name-${index}`, 'one/gpt-test'] as const,
          );
          const settings = {
            UPSTREAMS: { one: { base: `${upstream}/v1` } },
            MODELS: Object.fromEntries(names),
          };
          points.push({ size, costs: [await costOf(settings, `name-${size - 1}`)] });
        }
        return points;
      },
    },
    {
      id: 'targets',
      words: { en: 'Targets of one model', zh: '一个模型的目标数' },
      sizes: upTo([1, 2, 5, 10, 20], 20),
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
      measure: async (sizes) => {
        const points: Point[] = [];
        for (const size of sizes) {
          const cost = await costOf(listOf(size, `${upstream}/v1`), 'the-list');
          points.push({ size, costs: [cost], count: await callsUntilTheLast(size) });
        }
        return points;
      },
    },
  ];
}

/** One model with so many targets at this base. */
function listOf(size: number, base: string) {
  const names = Array.from({ length: size }, (_, index) => `target-${index}`);
  return {
    UPSTREAMS: Object.fromEntries(names.map((name) => [name, { base }])),
    MODELS: { 'the-list': names.map((name) => `${name}/gpt-test`) },
  };
}

async function costOf(
  settings: ReturnType<typeof listOf> | Record<string, object>,
  model: string,
): Promise<number> {
  await using server = await startWorkerd({
    ...settings,
    OPENAI_API_KEY: 'sk-server',
    REQUIRE_AUTH: 'false',
  });
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
  const settings = listOf(size, upstream.base);
  await using server = await startWorkerd({
    ...settings,
    OPENAI_API_KEY: 'sk-server',
    REQUIRE_AUTH: 'false',
  });
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
