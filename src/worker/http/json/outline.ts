/** Long JSON without its long texts: enough for a look at its members, a fraction of the work. */
import { concat, QUOTE, stringEnd } from './members.ts';

/** A shorter text is worth no copy; a longer one holds nothing that a gateway decides by. */
const LONG_TEXT_BYTES = 4096;

/** Below this, reading all of it costs less than looking for what to leave out. */
const LONG_JSON_BYTES = 64 * 1024;

/** Stands for a long text: a text still, and no name of anything. */
const OMITTED = new TextEncoder().encode('"(a long text)"');

/**
 * The same JSON with every long text in it, such as a picture's base64, replaced by a short one. What is wrong inside
 * such a text is for whoever gets the whole to say; what is wrong anywhere else is wrong here too.
 * @param bytes UTF-8 of what may be JSON.
 * @returns the same bytes where nothing is long.
 */
export function outlineOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length < LONG_JSON_BYTES) return bytes;
  const parts: Uint8Array[] = [];
  let kept = 0;
  let start = bytes.indexOf(QUOTE);
  while (start !== -1) {
    const end = stringEnd(bytes, start);
    if (end === undefined) break;
    if (end - start > LONG_TEXT_BYTES) {
      parts.push(bytes.subarray(kept, start), OMITTED);
      kept = end;
    }
    start = bytes.indexOf(QUOTE, end);
  }
  return kept === 0 ? bytes : concat([...parts, bytes.subarray(kept)]);
}
