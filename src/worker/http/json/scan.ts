/** Finding one's way in the bytes of a JSON text without reading it. */

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The place behind a string's closing quote, undefined if it has none.
 * @param from the place of its opening quote.
 */
export function stringEnd(bytes: Uint8Array, from: number): number | undefined {
  let quote = bytes.indexOf(QUOTE, from + 1);
  while (quote !== -1 && isEscaped(bytes, quote)) quote = bytes.indexOf(QUOTE, quote + 1);
  return quote === -1 ? undefined : quote + 1;
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let before = at - 1;
  while (bytes[before] === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}

/** All parts in one. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
