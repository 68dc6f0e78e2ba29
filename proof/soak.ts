/**
 * `npm run soak`: a long run of mixed clients in bare workerd, some of which leave in the middle. `--plain N` (50,000),
 * `--streams N` (10,000), `--parallel N` (8), `--quick` for a few seconds. Ends with an error at the first wrong
 * answer, upstream request that is not accounted for, line of the runtime, or where memory grows after the warm-up.
 */
import { parseArgs } from 'node:util';
import { median } from '../bench/statistics.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { startWorkerd } from '../test/support/workerd.ts';
import { residentMiB } from './memory.ts';
import { type Kind, makeCall } from './soak/calls.ts';
import { clientsOf } from './soak/clients.ts';
import { startMarkingUpstream } from './soak/upstream.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    plain: { type: 'string' },
    streams: { type: 'string' },
    parallel: { type: 'string', default: '8' },
  },
});
const plain = Number(options.plain ?? (options.quick ? 400 : 50_000));
const streams = Number(options.streams ?? (options.quick ? 80 : 10_000));
const parallel = Number(options.parallel);

/** Every so many streams one is left by its client. */
const LEFT_EVERY = 5;

/** Memory is looked at so often, at equal distances. The first half is the warm-up: the heap finds its size late. */
const SAMPLES = 40;

/** What the medians of the third and the last quarter may differ by: the collector's own ups and downs. */
const GROWTH_LIMIT_MIB = 8;

const TOKEN = 'the-token-of-the-long-run';

if (process.platform === 'linux') await main();
else console.error('The long run reads the memory of a process from /proc, which only Linux has.');

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await using upstream = await startMarkingUpstream();
  await using workerd = await startWorkerd({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: 'sk-of-the-server',
    API_TOKEN: TOKEN,
    REQUIRE_AUTH: 'true',
    COMPLETIONS_MODE: 'chat',
  });
  const clients = clientsOf(workerd.base, TOKEN);
  const total = plain + streams;
  const counts: Record<Kind, number> = { plain: 0, streamed: 0, left: 0 };
  const samples: number[] = [];
  const began = performance.now();
  let begun = 0;
  let streamsBegun = 0;
  let failed = false;

  const worker = async (): Promise<void> => {
    while (begun < total && !failed) {
      const number = begun;
      begun += 1;
      // Streams are spread evenly among the plain calls.
      const isStream = Math.floor(((number + 1) * streams) / total) > streamsBegun;
      if (isStream) streamsBegun += 1;
      const kind = isStream ? (streamsBegun % LEFT_EVERY === 0 ? 'left' : 'streamed') : 'plain';
      const choice = isStream ? clients.streaming : clients.plain;
      const turn = isStream ? Math.floor(streamsBegun / LEFT_EVERY) : number;
      const client = choice[turn % choice.length];
      if (client === undefined) throw new Error('There are no clients.');
      await makeCall(number, kind, client, upstream);
      counts[kind] += 1;
      if (number % Math.ceil(total / SAMPLES) === 0) await sample(number);
    }
  };
  const sample = async (number: number): Promise<void> => {
    const memory = await residentMiB(workerd.pid);
    samples.push(memory);
    if (options.quick || samples.length % 4 !== 1) return;
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `${String(number).padStart(6)} calls  ${String(seconds).padStart(4)} s  ${memory.toFixed(1)} MiB`,
    );
  };

  try {
    await Promise.all(
      Array.from({ length: parallel }, () =>
        worker().catch((error: unknown) => {
          failed = true;
          throw error;
        }),
      ),
    );
    if (upstream.asked.size > 0) {
      throw new Error(
        `The upstream was asked for what nobody asked for: ${[...upstream.asked.keys()].join(', ')}`,
      );
    }
    if (workerd.log.length > 0) throw new Error(`The runtime printed:\n${workerd.log.join('\n')}`);
    const quarter = Math.floor(samples.length / 4);
    const early = median(samples.slice(2 * quarter, 3 * quarter));
    const late = median(samples.slice(-quarter));
    const memory = `memory ${early.toFixed(1)} MiB after the warm-up, ${late.toFixed(1)} MiB at the end`;
    if (!options.quick && late - early > GROWTH_LIMIT_MIB) throw new Error(`Memory grows: ${memory}.`);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `\n${counts.plain} plain calls, ${counts.streamed} streams read to their end, ${counts.left} left in the middle, in ${seconds} s, ${parallel} at a time.\nEach answer carried its own mark and no other; each upstream request was asked for once and accounted for; ${memory}.`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    for (const client of clients.plain) client.close?.();
  }
}
