/** Buffers a stream until its first content: until then it can be given up without the client knowing. */

import { partOf } from '../completions/choice-part.ts';
import { beginningKind } from '../http/beginning.ts';
import { EventReader } from '../http/events.ts';
import { errorUnderSuccess } from '../http/foreign-error.ts';
import { isRecord, parseJson } from '../http/json/read.ts';

/** A stream that has begun to answer, and what was read of it; or why it never did. */
export type BufferedStart =
  | { readonly kind: 'begun'; readonly readAhead: readonly Uint8Array[] }
  | { readonly kind: 'failed'; readonly reason: 'cut' | 'silent' }
  /** The upstream's own error object came first. */
  | { readonly kind: 'failed'; readonly reason: 'error'; readonly error: unknown };

/**
 * Reads until the first content (text, reasoning, refusal, tool call or finish reason); the body holds the rest.
 * @param limitMs how long that may take; 0 for as long as it likes.
 */
export async function bufferUntilContent(
  body: ReadableStream<Uint8Array>,
  limitMs: number,
): Promise<BufferedStart> {
  const reader = body.getReader();
  const events = new EventReader();
  const readAhead: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let text = '';
  let silent = false;
  const timer =
    limitMs === 0
      ? null
      : setTimeout(() => {
          silent = true;
          reader.cancel().catch(() => undefined);
        }, limitMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (silent) return { kind: 'failed', reason: 'silent' };
      if (done) return { kind: 'failed', reason: 'cut' };
      readAhead.push(value);
      // No event stream, whatever its label says: who reads it as what it is decides.
      text += decoder.decode(value, { stream: true });
      if (isOtherThanEvents(text)) break;
      const first = firstTelling(events.feed(value).map(({ data }) => data));
      if (first === 'content') break;
      if (first === undefined && !events.overflowed) continue;
      await reader.cancel();
      return first === undefined
        ? { kind: 'failed', reason: 'cut' }
        : { kind: 'failed', reason: 'error', ...first };
    }
  } catch {
    return { kind: 'failed', reason: silent ? 'silent' : 'cut' };
  } finally {
    clearTimeout(timer);
  }
  reader.releaseLock();
  return { kind: 'begun', readAhead };
}

function isOtherThanEvents(text: string): boolean {
  const beginning = beginningKind(text);
  return beginning !== undefined && beginning !== 'events';
}

/** What the first telling event of these says: content, or the upstream's own error. */
function firstTelling(events: readonly string[]): 'content' | { readonly error: unknown } | undefined {
  for (const data of events) {
    const chunk = parseJson(data);
    const error = errorUnderSuccess(chunk);
    if (error !== undefined) return { error };
    if (isRecord(chunk) && Array.isArray(chunk['choices']) && chunk['choices'].some(hasContent))
      return 'content';
  }
  return undefined;
}

/** Whether a streamed choice says anything. Roles, empty texts and filter results do not. */
function hasContent(choice: unknown): boolean {
  if (!isRecord(choice)) return false;
  if (isFilled(choice['finish_reason'])) return true;
  return Object.entries(partOf(choice) ?? {}).some(([key, value]) => key !== 'role' && isFilled(value));
}

/** Vendors name their reasoning differently, so any member of a delta that is not empty counts. */
function isFilled(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return isRecord(value);
}
