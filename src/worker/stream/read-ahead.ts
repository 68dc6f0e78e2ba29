/** The first bytes of an upstream's stream that were read before it was decided to deliver it. */

const readAhead = new WeakMap<Response, readonly Uint8Array[]>();

/** Remembers what was taken from the front of an answer's body. */
export function keepReadAhead(answer: Response, pieces: readonly Uint8Array[]): void {
  readAhead.set(answer, pieces);
}

/** What was taken from the front of an answer's body, in order; the body itself begins behind it. */
export function readAheadOf(answer: Response): readonly Uint8Array[] {
  return readAhead.get(answer) ?? [];
}
