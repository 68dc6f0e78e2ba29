/**
 * `npm run soak`: a long run of mixed clients in bare workerd, some of which leave in the middle. Ends with an
 * error at the first wrong answer, upstream request that is not accounted for, line of the runtime, or where memory
 * grows after the warm-up.
 */
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { startWorkerd } from '../test/support/workerd.ts';
import { growthPerCall } from './growth.ts';
import { type Memory, memoryOf, memoryText } from './memory.ts';
import { runOnLinux } from './run-script.ts';
import { type Kind, makeCall } from './soak/calls.ts';
import { clientsOf } from './soak/clients.ts';
import { startMarkingUpstream } from './soak/upstream.ts';

const HELP = `npm run soak: mixed clients for a long time, some of which leave in the middle (Linux).

  --plain N      requests that are not streamed (50000)
  --streams N    streams (10000)
  --parallel N   clients at a time (8)
  --quick        a few seconds`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  plain: { type: 'string' },
  streams: { type: 'string' },
  parallel: { type: 'string' },
});
const plain = countOption('plain', options.plain, options.quick ? 400 : 50_000);
const streams = countOption('streams', options.streams, options.quick ? 80 : 10_000);
const parallel = Math.max(1, countOption('parallel', options.parallel, 8));

/** Every so many streams one is left by its client. */
const LEFT_EVERY = 5;

/** Memory is looked at so often, at equal distances, while no call is under way. The first half is the warm-up. */
const SAMPLES = options.quick ? 12 : 40;

/**
 * What live memory may grow by for each call after the warm-up. V8 has no object of less than 16 bytes (a map and a
 * field) and keeps it in something that takes 8 more, so a single object left behind by each call is more than this. A
 * quick run ends in the middle of what is compiled late, and is there for leaks that matter soon: 1 KiB a call.
 */
const LIVE_LIMIT_BYTES = options.quick ? 1024 : 16;

/**
 * The same for resident memory, where a leak that the collector knows nothing of would show. Allocators take memory in
 * steps of a few MiB, a bare pass-through Worker's too: 256 bytes a call are 7 MiB over the half of a whole run. In a
 * quick run one such step is more than anything that could leak.
 */
const RESIDENT_LIMIT_BYTES = options.quick ? Number.POSITIVE_INFINITY : 256;

const TOKEN = 'the-token-of-the-long-run';

await runOnLinux(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await using upstream = await startMarkingUpstream();
  await using workerd = await startWorkerd(
    {
      OPENAI_API_BASE: upstream.base,
      OPENAI_API_KEY: 'sk-of-the-server',
      API_TOKEN: TOKEN,
      REQUIRE_AUTH: 'true',
      COMPLETIONS_MODE: 'chat',
    },
    { inspector: true },
  );
  const clients = clientsOf(workerd.base, TOKEN);
  const total = plain + streams;
  const counts: Record<Kind, number> = { plain: 0, streamed: 0, left: 0 };
  const looks: (Memory & { readonly calls: number })[] = [];
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  let begun = 0;
  let streamsBegun = 0;
  let failed = false;

  /** Makes calls, one after the other, until this many have begun. */
  const callUntil = async (enough: number): Promise<void> => {
    while (begun < enough && !failed) {
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
      try {
        await makeCall(number, kind, client, upstream);
      } catch (error) {
        failed = true;
        throw error;
      }
      counts[kind] += 1;
    }
  };
  const look = async (): Promise<void> => {
    const memory = await memoryOf(workerd);
    looks.push({ calls: begun, ...memory });
    if (options.quick || looks.length % 4 !== 0) return;
    console.log(
      `${String(begun).padStart(6)} calls  ${String(seconds()).padStart(4)} s  ${memoryText(memory)}`,
    );
  };

  try {
    for (let sample = 1; sample <= SAMPLES; sample += 1) {
      const enough = Math.floor((total * sample) / SAMPLES);
      await Promise.all(Array.from({ length: parallel }, () => callUntil(enough)));
      await look();
    }
    if (upstream.asked.size > 0) {
      throw new Error(
        `The upstream was asked for what nobody asked for: ${[...upstream.asked.keys()].join(', ')}`,
      );
    }
    if (workerd.log.length > 0) throw new Error(`The runtime printed:\n${workerd.log.join('\n')}`);
    const warm = looks.slice(SAMPLES / 2);
    const growth = (kind: 'live' | 'resident') =>
      growthPerCall(warm.map((one) => ({ calls: one.calls, bytes: one[kind] })));
    const [live, resident] = [growth('live'), growth('resident')];
    const figures = `${live.toFixed(1)} bytes a call live and ${resident.toFixed(1)} resident after the warm-up`;
    if (live > LIVE_LIMIT_BYTES || resident > RESIDENT_LIMIT_BYTES) {
      throw new Error(
        `Memory grows by ${figures}:\n${warm.map((one) => `${one.calls} calls: ${memoryText(one)}`).join('\n')}`,
      );
    }
    console.log(
      `\n${counts.plain} plain calls, ${counts.streamed} streams read to their end, ${counts.left} left in the middle, in ${seconds()} s, ${parallel} at a time.\nEach answer carried its own mark and no other; each upstream request was asked for once and accounted for; memory grew by ${figures}.`,
    );
  } finally {
    for (const client of clients.plain) client.close?.();
  }
}
