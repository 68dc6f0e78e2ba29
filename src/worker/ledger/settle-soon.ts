/** Settlements of one isolate, sent together: half the requests to the objects, and much less time under load. */

import type { Settlement } from './key-service.ts';
import { keyService } from './services.ts';

const BATCH_MS = 100;
const RETRIES_MS = [1000, 5000] as const;

/** Plain data alone: a promise of one request may not be awaited by another. */
const waiting = new Map<string, Settlement[]>();

/** Rows that this isolate could not hand over: `/health?deep=1` tells. */
let lost = 0;

/** How many rows were lost by this isolate since it began. */
export function lostRows(): number {
  return lost;
}

/** What a settlement needs beside itself. */
export interface SettleOptions {
  readonly env: Readonly<Record<string, unknown>>;
  /** The payer's object. */
  readonly payer: string;
  readonly waitUntil: (promise: Promise<unknown>) => void;
  /** Takes what no try could hand over. */
  readonly onLost: (settlement: Settlement) => void;
}

/**
 * Sends a settlement within 100 ms, with all others of this isolate for the same payer. What cannot be sent is tried
 * three times; an issued key's row is then booked by its object, at the whole hold.
 */
export function settleSoon(settlement: Settlement, options: SettleOptions): void {
  const batch = waiting.get(options.payer);
  if (batch !== undefined) {
    batch.push(settlement);
    return;
  }
  waiting.set(options.payer, [settlement]);
  options.waitUntil(sendLater(options));
}

async function sendLater({ env, payer, onLost }: SettleOptions): Promise<void> {
  await scheduler.wait(BATCH_MS);
  const batch = waiting.get(payer) ?? [];
  waiting.delete(payer);
  for (const delayMs of [...RETRIES_MS, undefined]) {
    try {
      await keyService(env, payer).settle(batch);
      return;
    } catch {
      if (delayMs !== undefined) await scheduler.wait(delayMs);
    }
  }
  lost += batch.length;
  for (const settlement of batch) onLost(settlement);
}
