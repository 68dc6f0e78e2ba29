/**
 * `npm run faults`: every way in which an upstream or a client misbehaves, times every way of asking, in bare workerd
 * and under Miniflare, and a recorded stream cut at every byte by either side. `--quick` cuts at every 97th byte. Ends
 * with an error at the first wrong outcome: a hang, an answer that looks whole and is not, a second upstream request, a
 * leak, an upstream that is not let go, or memory that does not come back.
 */
import { scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { type GatewaySettings, startGateway } from '../test/support/gateway.ts';
import { refusingBase, startUpstream } from '../test/support/upstream.ts';
import { startWorkerd } from '../test/support/workerd.ts';
import { CLIENT_FAULTS, leavings } from './faults/client-faults.ts';
import { FaultMemory } from './faults/fault-memory.ts';
import type { Place } from './faults/meet.ts';
import { countOf, meetClients, meetUpstreams, tally } from './faults/runs.ts';
import { streamCuts } from './faults/stream-cuts.ts';
import { UPSTREAM_FAULTS } from './faults/upstream-faults.ts';
import type { Watched } from './memory.ts';
import { runScript } from './run-script.ts';

const HELP = `npm run faults: every way in which an upstream or a client misbehaves. Fails at the first wrong outcome.

  --quick   cuts a stream at every 97th byte only, and looks at the memory once`;

const options = scriptOptions(HELP, { quick: { type: 'boolean', default: false } });

const SERVER_KEY = 'sk-server-Zq7-of-the-operator';

/** What a silent upstream is waited for; nobody else asks for a model with this limit. */
const LIMIT_MS = 200;

/** Cuts and leavings are so many bytes apart. */
const STEP = options.quick ? 97 : 1;

/** How often all faults happen in the process whose memory is looked at. */
const ROUNDS = options.quick ? 1 : 20;

/** What the runtime prints when it cannot unpack an answer: three lines, about which the Worker is not asked. */
const UNPACKING_FAILURE =
  /kj\/compat\/(?:gzip|brotli)\.c\+\+:\d+: failed: .*(?:decompression failed|worker_do_not_log)|^stack: .*sentryErrorContext = workerEntrypoint$/;

/** A server of either kind; only one is a process whose memory is its own. */
type Server = AsyncDisposable & Pick<Place, 'url' | 'log'> & Partial<Watched>;

const RUNTIMES: readonly (readonly [name: string, start: (settings: GatewaySettings) => Promise<Server>])[] =
  [
    // Only Linux tells what a process holds.
    ['workerd', (settings) => startWorkerd(settings, { inspector: process.platform === 'linux' })],
    ['Miniflare', startGateway],
  ];

await runScript(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  const began = performance.now();
  // Side by side: most of the time is spent on waiting for what is silent or slow.
  const counts = await Promise.all(RUNTIMES.map(([name, start]) => faultsUnder(name, start)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `\n${total} faults in ${seconds} s: no hang, no answer that only looks whole, no second upstream request, no leak, every upstream let go; the good request after each was served.`,
  );
}

async function faultsUnder(
  runtime: string,
  start: (settings: GatewaySettings) => Promise<Server>,
): Promise<number> {
  await using upstream = await startUpstream();
  await using server = await start({
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
  const { pid, inspector } = server;
  const memory =
    pid === undefined || inspector === undefined
      ? undefined
      : new FaultMemory({ url: server.url, pid, inspector });
  const say = (what: string, outcome: string) =>
    console.log(`${runtime.padEnd(10)}${what.padEnd(10)}${outcome}`);
  let count = 0;

  for (let round = 0; round < (memory === undefined ? 1 : ROUNDS); round += 1) {
    const outcomes = await meetUpstreams(UPSTREAM_FAULTS, place, runtime);
    const clients = await meetClients(CLIENT_FAULTS, place, runtime);
    count += countOf(outcomes) + clients;
    await memory?.lookAfterRound(countOf(outcomes) + clients);
    if (round > 0) continue;
    say('upstream', tally(outcomes));
    say('client', `${clients} as they must`);
  }
  const left = await meetClients(leavings(STEP), place, runtime);
  say('leaves', `${left} as they must`);
  const cuts = await meetUpstreams(streamCuts(STEP), place, runtime, (met) => memory?.lookAmongCuts(met));
  say('cuts', tally(cuts));
  count += left + countOf(cuts);

  const printed = server.log.filter((line) => !UNPACKING_FAILURE.test(line));
  if (printed.length > 0) throw new Error(`${runtime} printed:\n${printed.join('\n')}`);
  if (memory !== undefined && !options.quick) for (const line of memory.verdict()) say('memory', line);
  return count;
}
