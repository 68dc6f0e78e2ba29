/** The events of a chat answer, as many at a time as have arrived. */

import { DONE, EventReader } from '../http/events.ts';
import { parseJson } from '../http/json/read.ts';
import { answerTooLarge, cutAnswer, fellSilent } from '../http/upstream-failure.ts';
import { within } from '../stream/within.ts';

/** What follows a finish reason, the usage and `[DONE]`, comes at once or never. */
const LAST_WORDS_MS = 3000;

/** How a stream is read. */
export interface BatchOptions {
  /** Silence in milliseconds after which the upstream counts as dead; 0 for never. */
  readonly idleMs: number;
  /** Ends the reading, and with it the upstream's answer. */
  readonly signal: AbortSignal;
  /** Whether all that matters has been said, so that the rest is not worth a wait. */
  readonly isSaid: () => boolean;
}

/**
 * Takes a batch, the data of the events that one read completes.
 * @returns whether more is wanted.
 */
export type TakeBatch = (batch: readonly string[]) => Promise<boolean>;

/**
 * Hands on each batch as it comes; nothing of it waits for what has not arrived.
 * @throws {GatewayError} 502 where the upstream breaks off or sends an event without end, 504 where it falls silent; and
 * what `take` throws.
 */
export async function readBatches(
  body: ReadableStream<Uint8Array> | null,
  { idleMs, isSaid, signal }: BatchOptions,
  take: TakeBatch,
): Promise<void> {
  if (body === null) return;
  const events = new EventReader();
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  const limitMs = () => (isSaid() ? LAST_WORDS_MS : idleMs);
  try {
    for (;;) {
      const limit = limitMs();
      const next = reader.read().catch(() => {
        // Behind the finish reason nothing of the answer is missing.
        if (isSaid() && !signal.aborted) return { done: true, value: undefined } as const;
        throw cutAnswer();
      });
      const read = limit === 0 ? await next : await within(next, limit, undefined);
      if (read === undefined) {
        if (isSaid()) return;
        throw fellSilent();
      }
      if (signal.aborted) throw cutAnswer();
      if (read.done) break;
      if (!(await take(events.feed(read.value).map(({ data }) => data)))) return;
      if (events.overflowed) throw answerTooLarge();
    }
    const last = events.end().map(({ data }) => data);
    // Half an end marker behind the finish reason takes nothing from the answer.
    await take(isSaid() ? last.filter(isWhole) : last);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function isWhole(data: string): boolean {
  return data === DONE || parseJson(data) !== undefined;
}
