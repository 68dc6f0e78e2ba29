/** Holds a stream back until it has said something: until then it can still be given up without the client knowing. */
import { createParser } from 'eventsource-parser';
import { isRecord, parseJson } from '../http/json/read.ts';

/** A stream that has begun to answer, and what was read of it; or why it never did. */
export type HeldStream =
  | { readonly kind: 'begun'; readonly readAhead: readonly Uint8Array[] }
  | { readonly kind: 'failed'; readonly reason: 'cut' | 'error' | 'silent' };

/**
 * Reads until the first content (text, reasoning, refusal, tool call or finish reason); the body holds the rest.
 * @param limitMs how long that may take; 0 for as long as it likes.
 */
export async function holdUntilContent(
  body: ReadableStream<Uint8Array>,
  limitMs: number,
): Promise<HeldStream> {
  const reader = body.getReader();
  const state = new FirstContent();
  const readAhead: Uint8Array[] = [];
  let silent = false;
  const timer =
    limitMs === 0
      ? null
      : setTimeout(() => {
          silent = true;
          reader.cancel().catch(() => undefined);
        }, limitMs);
  try {
    while (!state.begun) {
      const { done, value } = await reader.read();
      if (silent) return { kind: 'failed', reason: 'silent' };
      if (done) return { kind: 'failed', reason: 'cut' };
      readAhead.push(value);
      state.feed(value);
      if (state.failed) {
        await reader.cancel();
        return { kind: 'failed', reason: 'error' };
      }
    }
  } catch {
    return { kind: 'failed', reason: silent ? 'silent' : 'cut' };
  } finally {
    clearTimeout(timer);
  }
  reader.releaseLock();
  return { kind: 'begun', readAhead };
}

/** Follows the first events of a chat or text completion stream. */
class FirstContent {
  begun = false;
  failed = false;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: ({ data }) => this.#see(data) });

  feed(bytes: Uint8Array): void {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }

  #see(data: string): void {
    if (this.begun || this.failed) return;
    const chunk = parseJson(data);
    if (!isRecord(chunk)) return;
    if (chunk['error']) this.failed = true;
    else if (Array.isArray(chunk['choices'])) this.begun = chunk['choices'].some(hasContent);
  }
}

/** Whether a streamed choice says anything. Roles, empty texts and filter results do not. */
function hasContent(choice: unknown): boolean {
  if (!isRecord(choice)) return false;
  if (isSaid(choice['finish_reason']) || isSaid(choice['text'])) return true;
  const { delta } = choice;
  if (!isRecord(delta)) return false;
  return Object.entries(delta).some(([key, value]) => key !== 'role' && isSaid(value));
}

/** Vendors name their reasoning differently, so any delta that is not empty counts. */
function isSaid(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return isRecord(value);
}
