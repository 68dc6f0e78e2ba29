/**
 * Chunks of a stream that differ in nothing but the text that they bring: most of them do. Only the first of these is
 * parsed, which is most of what a translated event costs in JavaScript.
 */

import { parseJson } from '../http/json/read.ts';
import { plainContentOf } from './chat-chunk.ts';

/** The beginning of a member `content` that is a text. */
const CONTENT = /"content"\s*:\s*"/;

/** What cannot stand in a JSON string as it is: quotes, backslashes, control characters (RFC 8259, section 7). */
const UNLIKE_ITSELF = /[^ !#-[\]-\uffff]/;

/** The inside of a JSON string, for where such a string has begun. */
const INSIDE = /(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y;

/** A vendor that changes a member with each chunk is not tried for ever. */
const MOST_TRIES = 4;

/** Stands in for a text where it is tried whether a chunk was understood. */
const PROBE = 'a text';

/** What two chunks have in common around their texts. */
export class RepeatedChunk {
  #before = '';
  /** Empty where no chunk is known. */
  #behind = '';
  /** Chunks learnt since the last one that was met again. */
  #tries = 0;

  /** The text that a chunk brings, where it is the known one but for that text. */
  contentOf(chunk: string): string | undefined {
    const before = this.#before.length;
    const end = chunk.length - this.#behind.length;
    if (this.#behind === '' || end < before) return undefined;
    // Faster than to ask whether it starts and ends so.
    if (chunk.slice(0, before) !== this.#before || chunk.slice(end) !== this.#behind) return undefined;
    // A string's inside put in the place of another's leaves the rest of the JSON as it was.
    const inside = chunk.slice(before, end);
    const text = UNLIKE_ITSELF.test(inside) ? unescaped(inside) : inside;
    if (text !== undefined) this.#tries = 0;
    return text;
  }

  /** Learns a chunk that has brought a text and nothing else (`plainContentOf`). */
  learn(chunk: string): void {
    if (this.#tries === MOST_TRIES) return;
    this.#tries += 1;
    this.#behind = '';
    const found = CONTENT.exec(chunk);
    if (found === null) return;
    INSIDE.lastIndex = found.index + found[0].length;
    const before = chunk.slice(0, INSIDE.lastIndex);
    if (!INSIDE.test(chunk) || chunk[INSIDE.lastIndex] !== '"') return;
    const behind = chunk.slice(INSIDE.lastIndex);
    // Another member may have the same name.
    if (plainContentOf(parseJson(`${before}${PROBE}${behind}`)) !== PROBE) return;
    this.#before = before;
    this.#behind = behind;
  }
}

/** The text that a JSON string with this inside says; undefined for what is none. */
function unescaped(inside: string): string | undefined {
  INSIDE.lastIndex = 0;
  return INSIDE.test(inside) && INSIDE.lastIndex === inside.length
    ? String(JSON.parse(`"${inside}"`))
    : undefined;
}
