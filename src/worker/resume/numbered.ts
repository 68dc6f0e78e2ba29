/**
 * Numbers the events of a replayed stream: the last event of each piece says in an `id:` line how many bytes of the
 * stream a reader has had with it (https://html.spec.whatwg.org/multipage/server-sent-events.html). Pure.
 */

const LF = 10;
const CR = 13;

/** What can be sent of the bytes at hand, and how many of them that is. */
export interface NumberedPiece {
  readonly bytes: Uint8Array;
  /** How many of the stream's own bytes the piece stands for. */
  readonly taken: number;
}

/**
 * The whole events among these bytes, the last one that has data with an `id:` line. Only such an event gets one: some
 * clients fail on an event that has nothing but an id.
 * @param offset where the bytes begin in the stream.
 * @returns undefined where no event is whole yet.
 */
export function numbered(bytes: Uint8Array, offset: number): NumberedPiece | undefined {
  const taken = bordersBefore(bytes, bytes.length);
  if (taken === 0) return undefined;
  let end = taken;
  while (end > 0) {
    const begin = bordersBefore(bytes, end - 1);
    if (hasData(bytes.subarray(begin, end))) return { bytes: withId(bytes, end, taken, offset), taken };
    end = begin;
  }
  return { bytes: bytes.subarray(0, taken), taken };
}

/** Where the last blank line ends that ends at or before a place; 0 where there is none. */
function bordersBefore(bytes: Uint8Array, place: number): number {
  for (let at = place - 1; at > 0; at -= 1) {
    if (isBlankLineEnd(bytes, at)) return at + 1;
  }
  return 0;
}

/** Whether a line end stands here that follows another line end. */
function isBlankLineEnd(bytes: Uint8Array, at: number): boolean {
  const here = bytes[at];
  const before = bytes[at - 1];
  if (here === LF) return before === LF || (before === CR && (bytes[at - 2] === LF || bytes[at - 2] === CR));
  // A line feed that follows belongs to the same line end.
  return here === CR && before === CR && bytes[at + 1] !== LF;
}

function hasData(event: Uint8Array): boolean {
  return /(?:^|[\r\n])data[:\r\n]/.test(new TextDecoder('latin1').decode(event));
}

/** Puts the line before the blank one that ends at `end`. */
function withId(bytes: Uint8Array, end: number, taken: number, offset: number): Uint8Array {
  const isPair = bytes[end - 1] === LF && bytes[end - 2] === CR;
  const lineEnd = isPair ? '\r\n' : bytes[end - 1] === CR ? '\r' : '\n';
  const line = new TextEncoder().encode(`id: ${offset + end}${lineEnd}`);
  const at = end - lineEnd.length;
  const whole = new Uint8Array(taken + line.length);
  whole.set(bytes.subarray(0, at));
  whole.set(line, at);
  whole.set(bytes.subarray(at, taken), at + line.length);
  return whole;
}
