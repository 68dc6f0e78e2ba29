/**
 * `npm run ledger`: keys with tight budgets under load in bare workerd, which is killed again and again (SIGKILL) while
 * calls run, some of which are left or cut. Ends with an error where a budget was overspent, a call that the upstream
 * served has no row and was not in the last moments before a kill, an id is there twice, a hold outlives its term, or
 * sums and rows differ.
 */
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { bearer, JSON_TYPE } from '../test/support/surface.ts';
import { type IssuedKey, issueKey, issuing } from './issued-key.ts';
import { judgeKey, missingRows } from './judge-key.ts';
import { inLanes, spread } from './lanes.ts';
import { startCountingUpstream, textOf } from './ledger/upstream.ts';
import { MortalServer } from './mortal-server.ts';
import { runOnLinux } from './run-script.ts';

const HELP = `npm run ledger: budgets and the ledger under load, with kills (Linux).

  --calls N      calls in all (100000)
  --kills N      kills of the runtime while calls run (10)
  --parallel N   calls at a time (40)
  --quick        half a minute`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  calls: { type: 'string' },
  kills: { type: 'string' },
  parallel: { type: 'string' },
});
const calls = countOption('calls', options.calls, options.quick ? 2500 : 100_000);
const kills = countOption('kills', options.kills, options.quick ? 3 : 10);
const parallel = Math.max(1, countOption('parallel', options.parallel, 40));

/** Every so many calls one is left in the middle, and one is cut by the upstream. */
const LEFT_EVERY = 9;
const CUT_EVERY = 13;
const KEYS = 4;
/** What each key may spend, USD: somewhat more than half of its calls, most of it for those that are cut. The others are refused. */
const CAP = Math.ceil(((calls / KEYS) * (0.0022 / CUT_EVERY) * 0.6 + 0.05) * 1e6) / 1e6;

await runOnLinux(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await using upstream = await startCountingUpstream();
  await using server = await MortalServer.start(issuing(upstream.base));
  const keys = await Promise.all(
    Array.from({ length: KEYS }, (_, position) =>
      issueKey(server, { name: `key ${position}`, isDurable: position % 2 === 0, cap: CAP }),
    ),
  );
  let unanswered = 0;
  const call = async (number: number): Promise<void> => {
    const key = keys[number % KEYS];
    if (key === undefined) throw new Error('There are no keys.');
    const began = performance.now();
    try {
      await makeCall(server, key.value, number);
    } catch (error) {
      if (!server.wasKilled(began)) throw error;
      unanswered += 1;
      await server.running;
    }
  };
  await inLanes(
    calls,
    parallel,
    call,
    spread(kills, () => server.kill()),
  );
  await judge(server, keys, upstream.served, unanswered);
}

/** Compares keys, rows, sums and what the upstream served. */
async function judge(
  server: MortalServer,
  keys: readonly IssuedKey[],
  served: ReadonlyMap<string, number>,
  unanswered: number,
): Promise<void> {
  let [rowCount, lostRows, missing] = [0, 0, 0];
  for (const key of keys) {
    const rows = await judgeKey(server, key);
    // What is forgotten in a kill was admitted in its last 5 ms: at most a call of each lane.
    missing += missingRows(key, served.get(key.value) ?? 0, rows, kills * parallel);
    rowCount += rows.length;
    lostRows += rows.filter(({ status }) => status === 'lost').length;
  }
  const total = [...served.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${calls} calls, ${parallel} at a time, ${kills} kills, ${unanswered} calls unanswered in them; the upstream served ${total}. ${rowCount} rows, none twice; ${lostRows} calls booked at their whole hold, ${missing} announcements of keys that are not durable lost in the last 5 ms before a kill, none of durable ones. No budget overspent, nothing held after the term, sums equal to rows.`,
  );
}

/** Asks for an answer and reads it, or leaves in the middle. */
async function makeCall(server: MortalServer, key: string, number: number): Promise<void> {
  const isLeft = number % LEFT_EVERY === 0;
  const isCut = number % CUT_EVERY === 0;
  const leave = new AbortController();
  const response = await server.ask('/v1/chat/completions', {
    headers: { ...bearer(key), ...JSON_TYPE },
    body: JSON.stringify({
      model: 'gpt-test',
      messages: [{ role: 'user', content: textOf(key, isCut) }],
      stream: isLeft || isCut || number % 3 === 0,
    }),
    signal: leave.signal,
  });
  if (isLeft) {
    await response.body?.getReader().read();
    leave.abort();
  } else await response.text();
}
