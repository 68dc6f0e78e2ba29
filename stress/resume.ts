/**
 * `npm run resume`: streams that are taken up again, in bare workerd: readers who leave at random bytes and come back,
 * two at a time, while the runtime is killed (SIGKILL) and objects die. Ends with an error where a reader has got
 * anything but the upstream's bytes, in order and once, up to its end or to the word that the answer was cut; where the
 * upstream was asked twice for a stream, a call has no row or two, a whole one is booked at other tokens than the
 * upstream said, or a hold outlives its term.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { PROJECT } from '../test/support/keys.ts';
import { messageOf } from './message-of.ts';
import type { Fate } from './resume/reader.ts';
import { HOLD_SECONDS, type Key, Run, TOKEN } from './resume/run.ts';
import { contentOf, startUpstream } from './resume/upstream.ts';

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
const statusSchema = z.object({
  open_calls: z.number(),
  left: z.object({ budget: z.object({ spent: z.number(), held: z.number() }) }),
});
const rowSchema = z.object({
  model: z.string(),
  status: z.string(),
  completion_tokens: z.number(),
  cost_usd: z.nullable(z.number()),
});
type Row = z.output<typeof rowSchema>;

if (process.platform === 'linux') await main();
else console.error('The run kills the runtime by a signal that only Linux and macOS have.');

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-resume-'));
  await using upstream = await startUpstream();
  const run = new Run(folder, upstream.base);
  try {
    await run.start();
    const keys = await Promise.all(Array.from({ length: KEYS }, () => run.issue()));
    const fates: Fate[] = [];
    let [begun, ended] = [0, 0];
    const lane = async (): Promise<void> => {
      while (begun < streams) {
        const number = begun;
        begun += 1;
        const key = keys[number % KEYS];
        if (key === undefined) throw new Error('There are no keys.');
        fates[number] = await run.follow(number, key);
        ended += 1;
      }
    };
    const lanes = Promise.all(Array.from({ length: parallel }, lane));
    const events = [
      ...Array.from({ length: kills }, (_, at) => ({ at: (at + 1) / (kills + 1), act: () => run.kill() })),
      ...Array.from({ length: deaths }, (_, at) => ({
        at: (at + 0.5) / (deaths + 1),
        act: () => run.endObject(keys[at % KEYS]),
      })),
    ].sort((one, other) => one.at - other.at);
    for (const { at, act } of events) {
      // What runs then is somewhere in its middle.
      while (ended < Math.floor(streams * at)) await Promise.race([setTimeout(5), lanes]);
      await act();
    }
    await lanes;
    await judge(run, keys, fates, upstream.asked);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  } finally {
    await run.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compares what the upstream served with the rows and the budgets. */
async function judge(
  run: Run,
  keys: readonly Key[],
  fates: readonly Fate[],
  asked: ReadonlyMap<number, number>,
): Promise<void> {
  const rows = new Map<string, Row[]>();
  for (const key of keys) {
    const { spent, held } = (await whenSettled(run, key)).left.budget;
    if (held !== 0) throw new Error(`${key.id} still holds $${held} after the term.`);
    const lines = (await (await run.ask('/v1/usage/export?format=ndjson', key.value)).text()).split('\n');
    const own = lines.filter((line) => line !== '').map((line) => rowSchema.parse(JSON.parse(line)));
    const booked = own.reduce((sum, row) => sum + (row.cost_usd ?? 0), 0);
    if (Math.abs(booked - spent) > 1e-9)
      throw new Error(`The rows of ${key.id} cost $${booked}, not $${spent}.`);
    for (const row of own) rows.set(row.model, [...(rows.get(row.model) ?? []), row]);
  }
  for (const [number, times] of asked) {
    if (times !== 1) throw new Error(`The upstream was asked ${times} times for stream ${number}.`);
    const [row, ...more] = rows.get(`gpt-${number}`) ?? [];
    if (row === undefined || more.length > 0)
      throw new Error(`Stream ${number} has ${more.length + (row ? 1 : 0)} rows.`);
    const { tokens } = contentOf(number);
    if (row.status === 'whole' && row.completion_tokens !== tokens) {
      throw new Error(`Stream ${number} is booked at ${row.completion_tokens} tokens, and had ${tokens}.`);
    }
    if (fates[number] === 'whole' && row.status !== 'whole' && row.status !== 'lost') {
      throw new Error(`Stream ${number} was whole, and is booked as ${row.status}.`);
    }
  }
  const count = (fate: Fate) => fates.filter((each) => each === fate).length;
  console.log(
    `${streams} streams, ${parallel} at a time, whose readers left and came back ${run.returns} times; ${kills} kills of the runtime and ${deaths} of an object. ${count('whole')} whole, byte for byte; ${count('cut')} cut by a kill and said so; ${count('unanswered')} without an answer in a kill, or killed before their first part was kept. The upstream was asked ${asked.size} times, once each; a row for each, budgets equal to rows, nothing held after the term.`,
  );
}

async function whenSettled(run: Run, key: Key) {
  const deadline = Date.now() + (HOLD_SECONDS + 30) * 1000;
  for (;;) {
    const answer = await run.ask(`${PROJECT}/api_keys/${key.id}`, TOKEN);
    const status = statusSchema.parse(await answer.json());
    if (status.open_calls === 0 || Date.now() > deadline) return status;
    await setTimeout(200);
  }
}
