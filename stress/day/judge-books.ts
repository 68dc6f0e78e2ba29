/** Whether the ledger says the same as the upstream, for each issued key. */
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { PROJECT } from '../../test/support/keys.ts';
import { Mistake } from '../resume/reader.ts';
import { type DayKey, type DayRun, HOLD_SECONDS, TOKEN } from './run.ts';

const USD = 1e9;
const statusSchema = z.object({
  open_calls: z.number(),
  left: z.object({ budget: z.object({ spent: z.number(), held: z.number() }) }),
});
const rowSchema = z.object({ cursor: z.string(), cost_usd: z.nullable(z.number()) });
const costsSchema = z.object({
  data: z.array(z.object({ results: z.array(z.object({ amount: z.object({ value: z.number() }) })) })),
});

/** What the books of all keys came to. */
export interface Books {
  readonly rows: number;
  readonly served: number;
  /** Calls that the upstream served and that have no row: admitted in the last moments before a kill. */
  readonly missing: number;
}

/**
 * Compares rows, budgets, sums and what the upstream served, once nothing is open.
 * @param mostMissing how many calls of a key that is not durable may have no row.
 * @throws {Mistake} where they differ.
 */
export async function judgeBooks(run: DayRun, mostMissing: number): Promise<Books> {
  let [rows, served, missing] = [0, 0, 0];
  for (const key of [...run.keys, ...run.smallKeys]) {
    const { spent, held } = (await settled(run, key)).left.budget;
    if (held !== 0) throw new Mistake(`${key.word} still holds $${held} after the term.`);
    if (spent > key.cap) throw new Mistake(`${key.word} has spent $${spent} of $${key.cap}.`);
    const own = await rowsOf(run, key);
    if (new Set(own.map(({ cursor }) => cursor)).size !== own.length)
      throw new Mistake(`${key.word} has a row twice.`);
    const booked = own.reduce((sum, row) => sum + Math.round((row.cost_usd ?? 0) * USD), 0);
    if (booked !== Math.round(spent * USD))
      throw new Mistake(
        `The rows of ${key.word} cost $${booked / USD}, and its budget has booked $${spent}.`,
      );
    const sums = await costsOf(run, key);
    if (Math.round(sums * USD) !== booked)
      throw new Mistake(`The sums of ${key.word} are $${sums}, and its rows $${booked / USD}.`);
    const asked = run.upstream.served.get(key.word) ?? 0;
    const absent = Math.max(0, asked - own.length);
    if (absent > (key.isDurable ? 0 : mostMissing))
      throw new Mistake(
        `${absent} calls of ${key.word}${key.isDurable ? ', which is durable,' : ''} have no row.`,
      );
    rows += own.length;
    served += asked;
    missing += absent;
  }
  return { rows, served, missing };
}

async function settled(run: DayRun, key: DayKey) {
  const deadline = Date.now() + (HOLD_SECONDS + 60) * 1000;
  for (;;) {
    const answer = await run.ask(`${PROJECT}/api_keys/${key.id}`, { headers: AS_OPERATOR });
    const status = statusSchema.parse(await answer.json());
    if (status.open_calls === 0 || Date.now() > deadline) return status;
    await setTimeout(200);
  }
}

const AS_OPERATOR = { authorization: `Bearer ${TOKEN}` };

async function rowsOf(run: DayRun, key: DayKey) {
  const answer = await run.ask('/v1/usage/export?format=ndjson', {
    headers: { authorization: `Bearer ${key.value}` },
  });
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => rowSchema.parse(JSON.parse(line)));
}

async function costsOf(run: DayRun, key: DayKey): Promise<number> {
  const start = Math.floor(Date.now() / 1000) - 172_800;
  const path = `/v1/organization/costs?start_time=${start}&api_key_ids=${key.id}`;
  const { data } = costsSchema.parse(await (await run.ask(path, { headers: AS_OPERATOR })).json());
  return data.flatMap(({ results }) => results).reduce((sum, { amount }) => sum + amount.value, 0);
}
