/**
 * `npm run day`: everything at once for an hour. 200 clients chat, stream, leave and come back, upload, embed, talk over
 * WebSockets, log in and spend budgets, before an upstream that breaks off, refuses and dawdles, while the runtime is
 * killed (SIGKILL). Ends with an error at the first answer that is not the upstream's, byte for byte, and does not say
 * so; where an upstream was asked twice, the ledger differs from what the upstream served, or memory grows.
 */
import { setTimeout } from 'node:timers/promises';
import { percentile } from '../bench/statistics.ts';
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { startWebSocketUpstream, type WebSocketUpstream } from '../test/support/websocket-upstream.ts';
import type { Outcome } from './day/judge-answer.ts';
import { judgeBooks } from './day/judge-books.ts';
import { DayRun, daySettings, KeyServiceDown } from './day/run.ts';
import { startDayUpstream } from './day/upstream.ts';
import { kindOf } from './day/visits.ts';
import { growthPerCall } from './growth.ts';
import { type Memory, memoryOf, memoryText } from './memory.ts';
import { messageOf } from './message-of.ts';
import { Mistake } from './mistake.ts';
import { MortalServer } from './mortal-server.ts';
import { randomOf } from './random.ts';
import { runOnLinux } from './run-script.ts';

const HELP = `npm run day: everything at once, with faults and kills (Linux).

  --minutes N    how long (60)
  --clients N    clients at a time (200)
  --kills N      kills of the runtime, in the first half (3)
  --pause N      what a client rests between two visits, milliseconds at most (8000)
  --quick        a minute`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  minutes: { type: 'string' },
  clients: { type: 'string' },
  kills: { type: 'string' },
  pause: { type: 'string' },
});
const minutes = countOption('minutes', options.minutes, options.quick ? 1 : 60);
const clients = Math.max(1, countOption('clients', options.clients, options.quick ? 40 : 200));
const kills = countOption('kills', options.kills, options.quick ? 1 : 3);
const pauseMs = countOption('pause', options.pause, options.quick ? 500 : 8000);

const MINUTE_MS = 60_000;
/** Memory is looked at so often in the half without kills. The first look is the warm-up's. */
const LOOKS = options.quick ? 3 : 8;
/**
 * What live memory may grow by for each visit. What the ledger holds of the last minute is as much at each look; an
 * object left behind by each call is more than this. Ended streams are kept for ten minutes: a run whose second half is
 * not much longer never comes to a level, and its growth is told alone.
 */
const LIVE_LIMIT_BYTES = minutes >= 40 ? 64 : Number.POSITIVE_INFINITY;
/** On a machine that is busy with other things an object may answer too late now and then: one call in so many. */
const MOST_CLOSED = 1 / 1000;
/** What keys may spend, USD: more than they can, and less. */
const CAPS = [1000, 1000, 1000, 1000];
const SMALL_CAPS = [0.003, 0.02];

await runOnLinux(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await using upstream = await startDayUpstream();
  await using voice = await startWebSocketUpstream();
  void echo(voice);
  await using server = await MortalServer.start(daySettings(upstream.base, voice.base), { inspector: true });
  const run = new DayRun(upstream, server);
  await run.begin(CAPS, SMALL_CAPS);
  const counts = new Map<string, Record<Outcome, number>>();
  const until = performance.now() + minutes * MINUTE_MS;
  let [begun, active] = [0, 0];
  let failure: unknown;

  const client = async (): Promise<void> => {
    while (performance.now() < until && failure === undefined) {
      await run.gate;
      const number = begun;
      begun += 1;
      const random = randomOf(number);
      const { name, visit } = kindOf(random);
      const began = performance.now();
      active += 1;
      let outcome: Outcome;
      try {
        outcome = await visit(run, { number, random });
      } catch (error) {
        // A broken connection is all that a killed runtime says.
        if (error instanceof KeyServiceDown) outcome = 'closed';
        else if (error instanceof Mistake || !server.wasKilled(began)) {
          failure ??= new Error(`Visit ${number} (${name}): ${messageOf(error)}`, { cause: error });
          return;
        } else outcome = 'killed';
      } finally {
        active -= 1;
      }
      const seen = counts.get(name) ?? { whole: 0, told: 0, left: 0, refused: 0, killed: 0, closed: 0 };
      seen[outcome] += 1;
      counts.set(name, seen);
      await setTimeout(random() * pauseMs);
    }
  };

  /** Looks at the memory while nobody asks anything. */
  const look = async (): Promise<Memory & { readonly calls: number }> => {
    const open = Promise.withResolvers<void>();
    run.gate = open.promise;
    try {
      while (active > 0 && failure === undefined) await setTimeout(20);
      const memory = { calls: begun, ...(await memoryOf(server.process)) };
      if (!options.quick) console.log(`${String(begun).padStart(7)} visits  ${memoryText(memory)}`);
      return memory;
    } finally {
      open.resolve();
    }
  };

  const all = Promise.all(Array.from({ length: clients }, client));
  const rest = (ms: number) => Promise.race([setTimeout(ms), all]);
  const half = (minutes * MINUTE_MS) / 2;
  for (let kill = 0; kill < kills && failure === undefined; kill += 1) {
    await rest(half / (kills + 1));
    if (failure === undefined) await run.kill();
  }
  await rest(half / (kills + 1));
  const looks: (Memory & { readonly calls: number })[] = [];
  for (let at = 0; at < LOOKS && failure === undefined; at += 1) {
    await rest(half / (LOOKS + 1));
    if (failure === undefined) looks.push(await look());
  }
  await all;
  if (failure !== undefined) throw failure;
  const closed = [...counts.values()].reduce((sum, seen) => sum + seen.closed, 0);
  if (closed > begun * MOST_CLOSED)
    throw new Error(`${closed} calls of issued keys were not admitted in time.`);
  const books = await judgeBooks(run, kills * clients);
  const warm = looks.slice(1);
  const grown = warm.length < 2 ? 0 : growthPerCall(warm.map(({ calls, live }) => ({ calls, bytes: live })));
  if (grown > LIVE_LIMIT_BYTES)
    throw new Error(`Memory grows by ${grown.toFixed(1)} bytes a visit:\n${warm.map(memoryText).join('\n')}`);
  for (const [name, seen] of [...counts].sort()) {
    const told = Object.entries(seen).filter(([, count]) => count > 0);
    console.log(`${name.padEnd(12)} ${told.map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
  }
  const at = (values: readonly number[]) =>
    [0.5, 0.95, 0.99].map((part) => percentile(values, part).toFixed(0)).join(' / ');
  console.log(
    `\n${begun} visits by ${clients} clients in ${minutes} min, ${kills} kills of the runtime. Every answer was the upstream's, byte for byte, or said what had become of it; no upstream was asked twice. ${books.rows} rows for ${books.served} calls that the upstream served for issued keys, ${books.missing} announcements of keys that are not durable lost in kills; budgets, rows and sums agree, nothing overspent, nothing held. Live memory grew by ${grown.toFixed(1)} bytes a visit. Plain answers ${at(run.plainMs)} ms, first bytes of streams ${at(run.firstByteMs)} ms (p50 / p95 / p99).`,
  );
}

/** Sends each frame back, over every connection. */
async function echo(voice: WebSocketUpstream): Promise<void> {
  for (;;) {
    const socket = await voice.socket();
    void (async () => {
      for (;;) {
        const frame = await socket.next();
        if (frame.kind === 'close') return;
        socket.send(frame);
      }
    })();
  }
}
