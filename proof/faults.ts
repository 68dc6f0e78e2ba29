/**
 * `npm run faults`: every way in which an upstream or a client misbehaves, times every way of asking, in bare workerd
 * and under Miniflare, and a recorded stream cut at every byte. `--quick` cuts at every 97th byte. Ends with an error
 * at the first wrong outcome: a hang, an answer that looks whole and is not, a second upstream request, a leak, an
 * upstream that is not let go, or memory that does not come back.
 */
import { parseArgs } from 'node:util';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { startGateway } from '../test/support/gateway.ts';
import { refusingBase, startUpstream } from '../test/support/upstream.ts';
import { startWorkerd } from '../test/support/workerd.ts';
import { ASKS, type Ask } from './faults/asks.ts';
import { CLIENT_FAULTS } from './faults/client-faults.ts';
import { meet, type Place, serveWell } from './faults/meet.ts';
import { FAULTS, type Fault, streamCuts } from './faults/upstream-faults.ts';
import { residentMiB } from './memory.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

const SERVER_KEY = 'sk-server-Zq7-of-the-operator';

/** What a silent upstream is waited for; nobody else asks for a model with this limit. */
const LIMIT_MS = 200;

/** What the same faults may leave behind in memory when they happen again: the collector's own ups and downs. */
const GROWTH_LIMIT_MIB = 24;

/** How often all faults happen in the process whose memory is looked at; the first time is the warm-up. */
const ROUNDS = options.quick ? 1 : 3;

/** What the runtime prints when it breaks off an answer whose gzip is none; the Worker is not asked about it. */
const UNPACKING_FAILURE = /gzip|^stack: |worker_do_not_log/;

/** A server of either kind; only one is a process whose memory is its own. */
type Server = AsyncDisposable & {
  readonly url: string;
  readonly log: readonly string[];
  readonly pid?: number;
};

const RUNTIMES = [
  ['workerd', startWorkerd],
  ['Miniflare', startGateway],
] as const;

await main();

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  const began = performance.now();
  let total = 0;
  try {
    for (const [name, start] of RUNTIMES) total += await faultsUnder(name, start);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `\n${total} faults in ${seconds} s: no hang, no answer that only looks whole, no second upstream request, no leak, every upstream let go; the good request after each was served.`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function faultsUnder(
  runtime: string,
  start: typeof startWorkerd | typeof startGateway,
): Promise<number> {
  await using upstream = await startUpstream();
  await using server: Server = await start({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: SERVER_KEY,
    REQUIRE_AUTH: 'false',
    COMPLETIONS_MODE: 'chat',
    UPSTREAMS: {
      limited: { base: upstream.base, models: ['limited-*'], headers_ms: LIMIT_MS, idle_ms: LIMIT_MS },
      dead: { base: await refusingBase(), models: ['dead-*'] },
    },
  });
  const place: Place = { url: server.url, log: server.log, upstream, serverKey: SERVER_KEY };
  const { pid } = server;
  const memory: number[] = [];
  let count = 0;
  for (let round = 0; round < (pid === undefined ? 1 : ROUNDS); round += 1) {
    const outcomes = await upstreamFaults(FAULTS, place, runtime);
    const clients = await clientFaults(place, runtime);
    count += sum(outcomes) + clients;
    if (pid !== undefined) memory.push(await residentMiB(pid));
    if (round > 0) continue;
    console.log(`${runtime.padEnd(10)}upstream  ${tally(outcomes)}`);
    console.log(`${runtime.padEnd(10)}client    ${clients} as they must`);
  }
  const cuts = await upstreamFaults(streamCuts(options.quick ? 97 : 1), place, runtime);
  count += sum(cuts);
  console.log(`${runtime.padEnd(10)}cuts      ${tally(cuts)}`);
  const printed = server.log.filter((line) => !UNPACKING_FAILURE.test(line));
  if (printed.length > 0) throw new Error(`${runtime} printed:\n${printed.join('\n')}`);
  const [first = 0, last = first] = [memory[0], memory.at(-1)];
  const figures = `memory ${first.toFixed(1)} MiB after one round, ${last.toFixed(1)} MiB after ${memory.length}`;
  if (last - first > GROWTH_LIMIT_MIB) throw new Error(`Memory does not come back: ${figures}.`);
  if (memory.length > 1) console.log(`${runtime.padEnd(10)}${figures}`);
  return count;
}

type Tally = Map<string, number>;

async function upstreamFaults(faults: readonly Fault[], place: Place, runtime: string): Promise<Tally> {
  const tallied: Tally = new Map();
  for (const fault of faults) {
    for (const ask of ASKS) {
      const outcome = await named(runtime, `the upstream ${fault.name}`, ask, () => meet(fault, ask, place));
      tallied.set(outcome, (tallied.get(outcome) ?? 0) + 1);
    }
  }
  return tallied;
}

async function clientFaults(place: Place, runtime: string): Promise<number> {
  for (const fault of CLIENT_FAULTS) {
    for (const ask of ASKS) {
      await named(runtime, `the client ${fault.name}`, ask, async () => {
        await fault.run(ask, place);
        await serveWell(place);
      });
    }
  }
  return CLIENT_FAULTS.length * ASKS.length;
}

async function named<Value>(
  runtime: string,
  fault: string,
  ask: Ask,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${runtime}, ${ask.name}, ${fault}: ${message}`, { cause });
  }
}

function sum(tallied: Tally): number {
  return tallied.values().reduce((total, count) => total + count, 0);
}

function tally(tallied: Tally): string {
  return [...tallied].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}
