/** Whether what the ledger says of a key agrees with itself, and with what the upstream served. */
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { PROJECT } from '../test/support/keys.ts';
import { bearer } from '../test/support/surface.ts';
import { AS_OPERATOR, type IssuedKey } from './issued-key.ts';
import { Mistake } from './mistake.ts';
import type { MortalServer } from './mortal-server.ts';

const USD = 1e9;
/** Longer than any hold of a run lasts. */
const SETTLED_MS = 65_000;
/** Longer than a run. */
const SUMS_SECONDS = 2 * 86_400;

const statusSchema = z.object({
  open_calls: z.number(),
  left: z.object({ budget: z.object({ spent: z.number(), held: z.number() }) }),
});
const rowSchema = z.object({
  cursor: z.string(),
  model: z.string(),
  status: z.string(),
  completion_tokens: z.number(),
  cost_usd: z.nullable(z.number()),
});
const costsSchema = z.object({
  data: z.array(z.object({ results: z.array(z.object({ amount: z.object({ value: z.number() }) })) })),
});

/** A row of the ledger. */
export type Row = z.output<typeof rowSchema>;

/**
 * Compares budget, rows and sums of a key, once nothing of it is open. @returns the rows.
 * @throws {Mistake} where they differ, something is held still, the budget is overspent or a row is there twice.
 */
export async function judgeKey(server: MortalServer, key: IssuedKey): Promise<readonly Row[]> {
  const { spent, held } = await budgetOf(server, key);
  if (held !== 0) throw new Mistake(`${key.name} still holds $${held} after the term.`);
  if (spent > key.cap) throw new Mistake(`${key.name} has spent $${spent} of $${key.cap}.`);
  const rows = await rowsOf(server, key);
  if (new Set(rows.map(({ cursor }) => cursor)).size !== rows.length)
    throw new Mistake(`${key.name} has a row twice.`);
  const booked = rows.reduce((sum, row) => sum + Math.round((row.cost_usd ?? 0) * USD), 0);
  if (booked !== Math.round(spent * USD))
    throw new Mistake(`The rows of ${key.name} cost $${booked / USD}, and its budget has booked $${spent}.`);
  const sums = await costsOf(server, key);
  if (Math.round(sums * USD) !== booked)
    throw new Mistake(`The sums of ${key.name} are $${sums}, and its rows $${booked / USD}.`);
  return rows;
}

/**
 * How many calls of a key the upstream served that have no row: a kill forgets what was admitted just before it.
 * @param most how many there may be, unless the key is durable.
 * @throws {Mistake} where there are more.
 */
export function missingRows(key: IssuedKey, served: number, rows: readonly Row[], most: number): number {
  const missing = Math.max(0, served - rows.length);
  if (missing > (key.isDurable ? 0 : most))
    throw new Mistake(
      `${missing} calls of ${key.name}${key.isDurable ? ', which is durable,' : ''} have no row.`,
    );
  return missing;
}

async function budgetOf(server: MortalServer, key: IssuedKey) {
  const deadline = performance.now() + SETTLED_MS;
  for (;;) {
    const answer = await server.ask(`${PROJECT}/api_keys/${key.id}`, { headers: AS_OPERATOR });
    const status = statusSchema.parse(await answer.json());
    if (status.open_calls === 0 || performance.now() > deadline) return status.left.budget;
    await setTimeout(200);
  }
}

async function rowsOf(server: MortalServer, key: IssuedKey): Promise<Row[]> {
  const answer = await server.ask('/v1/usage/export?format=ndjson', { headers: bearer(key.value) });
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => rowSchema.parse(JSON.parse(line)));
}

async function costsOf(server: MortalServer, key: IssuedKey): Promise<number> {
  const start = Math.floor(Date.now() / 1000) - SUMS_SECONDS;
  const path = `/v1/organization/costs?start_time=${start}&api_key_ids=${key.id}`;
  const answer = await server.ask(path, { headers: AS_OPERATOR });
  const { data } = costsSchema.parse(await answer.json());
  return data.flatMap(({ results }) => results).reduce((sum, { amount }) => sum + amount.value, 0);
}
