/** The events of a chat answer, as many at a time as have arrived. */

import type { EventSourceMessage } from 'eventsource-parser';
import { DONE, EventReader } from '../http/events.ts';
import { parseJson } from '../http/json/read.ts';
import { answerTooLarge, cutAnswer, fellSilent } from '../http/upstream-failure.ts';
import { lateEvents, type StartedStream } from '../stream/stream-start.ts';
import { within } from '../stream/within.ts';
import type { ChatAnswer } from './chat-call.ts';

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
 * Takes a batch, the events that one read completes.
 * @returns whether more is wanted.
 */
export type TakeBatch = (batch: readonly EventSourceMessage[]) => Promise<boolean>;

/**
 * Hands on each batch as it comes; nothing of it waits for what has not arrived.
 * @throws {GatewayError} 502 where the upstream breaks off or sends an event without end, 504 where it falls silent; and
 * what `take` throws.
 */
export async function readBatches(
  { response, stream }: ChatAnswer,
  options: BatchOptions,
  take: TakeBatch,
): Promise<void> {
  const { body } = stream ?? response;
  if (body === null) return;
  const { isSaid, signal } = options;
  const events = new EventReader();
  let cancel = stream?.next?.cancel ?? (() => body.cancel());
  const stop = () => void cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  try {
    const first = stream && (await timely(beginning(stream), options));
    const isOver = async (piece: Uint8Array) => {
      const wantsMore = await take(events.feed(piece));
      if (wantsMore && events.overflowed) throw answerTooLarge();
      return !wantsMore;
    };
    for (const piece of first ?? []) if (await isOver(piece)) return;
    const reader = body.getReader();
    cancel = () => reader.cancel();
    for (;;) {
      const read = await timely(reader.read(), options);
      if (read === undefined || read.done) break;
      if (await isOver(read.value)) return;
    }
    const last = events.end();
    // Half an end marker behind the finish reason takes nothing from the answer.
    await take(isSaid() ? last.filter(isWhole) : last);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** What has come already, and what is awaited already; where that turns out to be a whole answer, its events. */
async function beginning({ body, readAhead, next, convert }: StartedStream): Promise<readonly Uint8Array[]> {
  const late = await next?.piece;
  if (late === undefined) return readAhead;
  const pieces = [...readAhead, late];
  const events = convert === undefined ? undefined : await lateEvents(body, pieces, convert);
  return events === undefined ? pieces : [new TextEncoder().encode(events)];
}

/** What is read, in time; undefined where nothing more comes and nothing is missing. */
async function timely<Read>(
  read: Promise<Read>,
  { idleMs, isSaid, signal }: BatchOptions,
): Promise<Read | undefined> {
  const limitMs = isSaid() ? LAST_WORDS_MS : idleMs;
  let came: Read | undefined;
  try {
    came = limitMs === 0 ? await read : await within(read, limitMs, undefined);
  } catch {
    // Behind the finish reason nothing of the answer is missing.
    if (isSaid() && !signal.aborted) return undefined;
    throw cutAnswer();
  }
  if (came === undefined && !isSaid()) throw fellSilent();
  if (signal.aborted) throw cutAnswer();
  return came;
}

function isWhole({ data }: EventSourceMessage): boolean {
  return data === DONE || parseJson(data) !== undefined;
}
