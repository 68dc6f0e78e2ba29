/** Whether the ledger says the same as the upstream, for each issued key. */
import { judgeKey, missingRows } from '../judge-key.ts';
import type { DayRun } from './run.ts';

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
    const own = await judgeKey(run.server, key);
    const asked = run.upstream.served.get(key.name) ?? 0;
    rows += own.length;
    served += asked;
    missing += missingRows(key, asked, own, mostMissing);
  }
  return { rows, served, missing };
}
