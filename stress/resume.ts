/**
 * `npm run resume`: streams that are taken up again, in bare workerd: readers who leave at random bytes and come back,
 * two at a time, while the runtime is killed (SIGKILL) and objects die. Ends with an error where a reader has got
 * anything but the upstream's bytes, in order and once, up to its end or to the word that the answer was cut; where the
 * upstream was asked twice for a stream, a call has no row or two, a whole one is booked at other tokens than the
 * upstream said, or a hold outlives its term.
 */
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { type IssuedKey, issueKey, issuing } from './issued-key.ts';
import { judgeKey, type Row } from './judge-key.ts';
import { inLanes, spread } from './lanes.ts';
import { Mistake } from './mistake.ts';
import { MortalServer } from './mortal-server.ts';
import { MORTAL, Run } from './resume/run.ts';
import { startUpstream } from './resume/upstream.ts';
import type { Fate } from './returning-reader.ts';
import { runOnLinux } from './run-script.ts';
import { contentOf } from './stream-content.ts';

const HELP = `npm run resume: streams taken up again by readers who leave, with kills (Linux).

  --streams N    streams in all (1000)
  --kills N      kills of the runtime (8)
  --deaths N     deaths of single objects (12)
  --parallel N   streams at a time (48)
  --quick        half a minute`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  streams: { type: 'string' },
  kills: { type: 'string' },
  deaths: { type: 'string' },
  parallel: { type: 'string' },
});
const streams = countOption('streams', options.streams, options.quick ? 160 : 1000);
const kills = countOption('kills', options.kills, options.quick ? 2 : 8);
const deaths = countOption('deaths', options.deaths, options.quick ? 3 : 12);
const parallel = Math.max(1, countOption('parallel', options.parallel, 48));

const KEYS = 4;
/** What each key may spend, USD: more than it can. */
const CAP = 1000;

await runOnLinux(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await using upstream = await startUpstream();
  const settings = { ...issuing(upstream.base), RESUMABLE: 'true' };
  await using server = await MortalServer.start(settings, { entry: MORTAL });
  const run = new Run(server);
  const keys = await Promise.all(
    Array.from({ length: KEYS }, (_, position) =>
      issueKey(server, { name: `key ${position}`, isDurable: true, cap: CAP }),
    ),
  );
  const keyOf = (number: number): IssuedKey => {
    const key = keys[number % KEYS];
    if (key === undefined) throw new Error('There are no keys.');
    return key;
  };
  const fates: Fate[] = [];
  const follow = async (number: number): Promise<void> => {
    fates[number] = await run.follow(number, keyOf(number));
  };
  await inLanes(streams, parallel, follow, [
    ...spread(kills, () => server.kill()),
    ...spread(deaths, (time) => run.endObject(keyOf(time))),
  ]);
  const rows = (await Promise.all(keys.map((key) => judgeKey(server, key)))).flat();
  judgeStreams(rows, fates, upstream.asked);
  const count = (fate: Fate) => fates.filter((each) => each === fate).length;
  console.log(
    `${streams} streams, ${parallel} at a time, whose readers left and came back ${run.returns} times; ${kills} kills of the runtime and ${deaths} of an object. ${count('whole')} whole, byte for byte; ${count('cut')} cut by a kill and said so; ${count('unanswered')} without an answer in a kill, or killed before their first part was kept. The upstream was asked ${upstream.asked.size} times, once each; a row for each, budgets equal to rows, nothing held after the term.`,
  );
}

/** Compares what the upstream served with the rows. */
function judgeStreams(
  rows: readonly Row[],
  fates: readonly Fate[],
  asked: ReadonlyMap<number, number>,
): void {
  const byModel = Map.groupBy(rows, ({ model }) => model);
  for (const [number, times] of asked) {
    if (times !== 1) throw new Mistake(`The upstream was asked ${times} times for stream ${number}.`);
    const [row, ...more] = byModel.get(`gpt-${number}`) ?? [];
    if (row === undefined || more.length > 0)
      throw new Mistake(`Stream ${number} has ${more.length + (row ? 1 : 0)} rows.`);
    const { tokens } = contentOf(number);
    if (row.status === 'whole' && row.completion_tokens !== tokens) {
      throw new Mistake(`Stream ${number} is booked at ${row.completion_tokens} tokens, and had ${tokens}.`);
    }
    if (fates[number] === 'whole' && row.status !== 'whole' && row.status !== 'lost') {
      throw new Mistake(`Stream ${number} was whole, and is booked as ${row.status}.`);
    }
  }
}
