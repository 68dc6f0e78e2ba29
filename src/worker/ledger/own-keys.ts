/**
 * Calls with callers' own keys: counted by model, never written one by one. They cost the operator nothing. An isolate
 * adds its counts to the books' hourly sums once a minute at most; one that ends before loses what it has counted since.
 */
import { type Account, type Closing, NO_ACCOUNT, type OpeningCall } from '../upstream/account.ts';
import { countedTokens, statusOf } from './charge.ts';
import { bookService } from './services.ts';
import type { Sums } from './store.ts';
import { addSums, bucketName, HOUR_MS, kindOf } from './sums.ts';

/** The payer of these sums in the books. */
export const OWN_KEYS_PAYER = 'payer:client';

const NO_TOKENS = { prompt: 0, cached: 0, written: 0, completion: 0 };

const MERGE_MS = 60_000;
/** Further models of a minute are counted under no name: callers choose the names. */
const MOST_BUCKETS = 200;

let counted: Sums = {};
let mergedAt = 0;

/** Adds what this isolate has counted to the books. Throws nothing: what could not be added is added with the next. */
export async function mergeOwnKeys(env: Readonly<Record<string, unknown>>, now: number): Promise<void> {
  const sums = counted;
  if (Object.keys(sums).length === 0) return;
  counted = {};
  mergedAt = now;
  try {
    await bookService(env).add(OWN_KEYS_PAYER, sums);
  } catch {
    for (const [bucket, sum] of Object.entries(sums)) {
      counted = { ...counted, [bucket]: addSums(counted[bucket], sum) };
    }
  }
}

/** Counts one request. */
export function ownKeyAccount(
  env: Readonly<Record<string, unknown>>,
  waitUntil: (promise: Promise<unknown>) => void,
): Account {
  const at = Date.now();
  let call: OpeningCall | undefined;
  let isClosed = false;
  return {
    ...NO_ACCOUNT,
    readsUsage: true,
    open(opening) {
      call = opening;
    },
    close(closing) {
      if (call === undefined || isClosed) return;
      isClosed = true;
      if (closing.end === 'refused' || closing.end === 'no_answer') return;
      count(at, call, closing);
      const now = Date.now();
      if (now - mergedAt >= MERGE_MS) waitUntil(mergeOwnKeys(env, now));
    },
  };
}

function count(at: number, { endpoint, model }: OpeningCall, closing: Closing): void {
  const { usage } = closing;
  const named = { hour: Math.floor(at / HOUR_MS), kind: kindOf(endpoint), status: statusOf(closing) };
  const bucket = bucketName({ ...named, model });
  const isRoom = counted[bucket] !== undefined || Object.keys(counted).length < MOST_BUCKETS;
  const name = isRoom ? bucket : bucketName({ ...named, model: '' });
  const sum = {
    requests: 1,
    ...(usage === undefined ? NO_TOKENS : countedTokens(usage)),
    cost: 0,
    unpriced: 0,
    estimated: usage === undefined ? 1 : 0,
    begun: 0,
    begunMs: 0,
  };
  counted = { ...counted, [name]: addSums(counted[name], sum) };
}
