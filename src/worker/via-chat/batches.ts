/** The events of a chat answer, as many at a time as have arrived. */

import { GatewayError } from '../http/errors.ts';
import { EventReader } from '../http/events.ts';
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
 * Yields the data of the events that one read completes; nothing of it waits for what has not arrived.
 * @throws {GatewayError} 502 where the upstream breaks off or sends an event without end, 504 where it falls silent.
 */
export async function* eventBatches(
  body: ReadableStream<Uint8Array> | null,
  { idleMs, isSaid, signal }: BatchOptions,
): AsyncGenerator<readonly string[]> {
  if (body === null) return;
  const events = new EventReader();
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  const limitMs = () => (isSaid() ? LAST_WORDS_MS : idleMs);
  try {
    for (;;) {
      const limit = limitMs();
      const read = limit === 0 ? await reader.read() : await within(reader.read(), limit, undefined);
      if (read === undefined) {
        if (isSaid()) return;
        throw fellSilent();
      }
      if (signal.aborted) throw cutAnswer();
      if (read.done) break;
      yield events.feed(read.value).map(({ data }) => data);
      if (events.overflowed) throw answerTooLarge();
    }
    yield events.end().map(({ data }) => data);
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : cutAnswer();
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
