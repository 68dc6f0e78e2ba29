/** Curves of what passes through: long bodies, long streams, many streams, silent ones. */
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { residentBytes } from '../../stress/memory.ts';
import type { Contender } from '../contender.ts';
import { load } from '../load.ts';
import { MAIN, RESPONSES_TRANSLATED } from '../modes.ts';
import { manyStreams } from '../rounds.ts';
import { cpuPerCall, cpuWhile, withGateway } from './cost.ts';
import { atEach, type Curve, type Point } from './curve.ts';

const KIB = 1024;
const MIB = KIB * KIB;

/** How long silent streams are watched. */
const IDLE_MS = 5000;

/** All of them, before the upstream of the measurements. */
export function requestCurves(upstream: string): Curve[] {
  return [
    {
      id: 'body',
      words: { en: 'Bytes of a request', zh: '请求的字节数' },
      sizes: [KIB, 10 * KIB, 100 * KIB, MIB, 5 * MIB, 20 * MIB - 4 * KIB],
      quickUpTo: MIB,
      figures: [{ words: { en: 'µs CPU a request', zh: '每个请求 µs CPU' }, power: 1 }],
      measure: (sizes) =>
        withGateway(upstream, ({ url, pid }) =>
          atEach(sizes, async (size) => {
            const to = { url, pid, form: MAIN.form };
            const calls = Math.max(5, Math.min(300, Math.round((30 * MIB) / size)));
            await load(to, { paddingBytes: size }, 3, 1);
            // More of them at once than BODIES_BYTES holds would be refused.
            const parallel = Math.max(1, Math.min(4, Math.floor((20 * MIB) / size)));
            return { size, costs: [await cpuPerCall(to, { paddingBytes: size }, calls, parallel)] };
          }),
        ),
    },
    {
      id: 'events',
      words: { en: 'Events of a relayed stream', zh: '转发的流的事件数' },
      sizes: [10, 100, 1000, 10_000, 100_000],
      quickUpTo: 1000,
      figures: [{ words: { en: 'µs CPU a stream', zh: '每路流 µs CPU' }, power: 1 }],
      measure: (sizes) => streamsOf(upstream, MAIN, sizes),
    },
    {
      id: 'translated',
      words: { en: 'Events of a translated stream', zh: '翻译的流的事件数' },
      sizes: [10, 100, 1000, 10_000, 100_000],
      quickUpTo: 1000,
      figures: [{ words: { en: 'µs CPU a stream', zh: '每路流 µs CPU' }, power: 1 }],
      measure: (sizes) => streamsOf(upstream, RESPONSES_TRANSLATED, sizes),
    },
    {
      id: 'streams',
      words: { en: 'Streams at once, ten events a second each', zh: '并发的流，每路每秒十个事件' },
      sizes: [1, 10, 100, 300, 1000, 3000],
      quickUpTo: 100,
      figures: [
        { words: { en: 'ms CPU for all', zh: '合计 ms CPU' }, power: 1 },
        { words: { en: 'MiB more than at rest', zh: '比空闲时多占 MiB' }, power: 1 },
      ],
      measure: (sizes) => atEach(sizes, (size) => manyAtOnce(upstream, size)),
    },
    {
      id: 'idle',
      words: { en: 'Silent streams at once', zh: '并发的静默流' },
      sizes: [1, 10, 100, 300, 1000, 3000],
      quickUpTo: 100,
      figures: [
        { words: { en: 'ms CPU a second for all', zh: '合计每秒 ms CPU' }, power: 1 },
        { words: { en: 'MiB more than at rest', zh: '比空闲时多占 MiB' }, power: 1 },
      ],
      measure: (sizes) => atEach(sizes, (size) => idle(upstream, size)),
    },
  ];
}

function streamsOf(upstream: string, contender: Contender, sizes: readonly number[]): Promise<Point[]> {
  return withGateway(
    upstream,
    ({ url, pid }) =>
      atEach(sizes, async (size) => {
        const to = { url, pid, form: contender.form };
        const call = { events: size, intervalMs: 1, perWrite: 10 };
        const calls = Math.max(1, Math.min(100, Math.round(2000 / size)));
        await load(to, call, Math.min(calls, 3), 1);
        return { size, costs: [await cpuPerCall(to, call, calls, 1)] };
      }),
    contender,
  );
}

async function manyAtOnce(upstream: string, size: number): Promise<Point> {
  return withGateway(upstream, async (gateway) => {
    const events = 20;
    const atRest = (await residentBytes(gateway.pid)) / MIB;
    const target = { ...gateway, name: MAIN.name, form: MAIN.form, streams: true };
    const [[perEvent = 0, most = 0] = []] = await manyStreams({ events, intervalMs: 100 }, size)([target]);
    return { size, costs: [(perEvent * events * size) / 1000, Math.max(0, most - atRest)] };
  });
}

/** So many streams of which the beginning has come, and then nothing. */
async function idle(upstream: string, size: number): Promise<Point> {
  return withGateway(upstream, async ({ url, pid }) => {
    const atRest = await residentBytes(pid);
    const agent = new Agent({ maxSockets: size });
    try {
      await Promise.all(Array.from({ length: size }, () => opened(url, agent)));
      // What is done once for each stream is over by then.
      await wait(IDLE_MS / 2);
      const us = await cpuWhile(pid, () => wait(IDLE_MS));
      const more = ((await residentBytes(pid)) - atRest) / MIB;
      return { size, costs: [us / IDLE_MS, Math.max(0, more)] };
    } finally {
      agent.destroy();
    }
  });
}

/** Opens a stream of one event that comes within hours, and waits for the beginning. */
function opened(url: string, agent: Agent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const body = JSON.stringify({ ...MAIN.form.body(''), model: 'bench.1.36000000.own.1.idle-', stream: true });
  const asked = request(`${url}${MAIN.form.path}`, {
    agent,
    method: 'POST',
    headers: { ...MAIN.form.headers, 'content-type': 'application/json' },
  });
  asked.on('response', (response) => {
    response.once('data', () => resolve());
    // The agent breaks them off at the end.
    response.on('error', () => undefined);
  });
  asked.on('error', reject);
  asked.end(body);
  return promise;
}
