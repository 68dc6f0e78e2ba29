/** Bytes in pieces, and streams of them. */

/** Cuts bytes into pieces of these lengths, the last length repeated; a length of 0 makes an empty piece. */
export function cutUp(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= bytes.length) break;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  const step = Math.max(1, lengths.at(-1) ?? bytes.length);
  for (; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
  return pieces;
}

/** A body of these pieces, one a read; then its end, or a broken connection. */
export function bodyOf(pieces: readonly Uint8Array[], isBroken = false): ReadableStream<Uint8Array> {
  const waiting = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const next = waiting.shift();
      if (next !== undefined) controller.enqueue(next);
      else if (isBroken) controller.error(new TypeError('The connection was lost.'));
      else controller.close();
    },
  });
}
