/**
 * Where the tokens of a JSON text end (RFC 8259), told from its bytes. Nothing is decoded. A place is an index into the
 * bytes; -1 stands for what is no JSON.
 */

/**
 * In a body of at least the second size, a text of more than the first is not looked into: errors inside it are
 * found by the upstream, which gets the whole.
 */
const LONG_TEXT_BYTES = 4096;
const LONG_JSON_BYTES = 64 * 1024;

export const QUOTE = 0x22;
const MINUS = 0x2d;
export const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

const encoder = new TextEncoder();

/** The escapes of a JSON text behind the backslash, without `u`. */
const ESCAPES: ReadonlySet<number> = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));

/** The place behind a text's closing quote, -1 where it has none or is no JSON. @param from its opening quote. */
export function textEnd(bytes: Uint8Array, from: number): number {
  const end = checkedEnd(bytes, from);
  if (end !== -1 || bytes.length < LONG_JSON_BYTES) return end;
  const longEnd = longTextEnd(bytes, from + 1);
  return longEnd - from > LONG_TEXT_BYTES ? longEnd : -1;
}

/** What ends a run of plain characters in a text: the quote, a backslash, what JSON does not allow there. */
const ENDS_RUN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === BACKSLASH || byte < 0x20 ? 1 : 0,
);

/** The same for a text of which at least the first part is JSON. */
function checkedEnd(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  const longAt = length < LONG_JSON_BYTES ? length : Math.min(length, from + 1 + LONG_TEXT_BYTES);
  let at = from + 1;
  while (at < longAt) {
    const byte = bytes[at] ?? 0;
    if (ENDS_RUN[byte] === 0) {
      at += 1;
      continue;
    }
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return -1;
    const escaped = bytes[at + 1];
    if (escaped === undefined) return -1;
    if (escaped === LOWER_U) {
      if (!areHex(bytes, at + 2)) return -1;
      at += 6;
    } else if (ESCAPES.has(escaped)) at += 2;
    else return -1;
  }
  return longTextEnd(bytes, at);
}

/** @param from a place inside the text that is no part of an escape. */
function longTextEnd(bytes: Uint8Array, from: number): number {
  let quote = bytes.indexOf(QUOTE, from);
  while (quote !== -1 && isEscaped(bytes, quote, from)) quote = bytes.indexOf(QUOTE, quote + 1);
  return quote === -1 ? -1 : quote + 1;
}

/** Whether an odd number of backslashes stands before a place. */
function isEscaped(bytes: Uint8Array, at: number, notBefore: number): boolean {
  let before = at - 1;
  while (before >= notBefore && bytes[before] === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}

function areHex(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < from + 4; at += 1) {
    const byte = bytes[at] ?? 0;
    const isHex = isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
    if (!isHex) return false;
  }
  return true;
}

const LITERALS = ['true', 'false', 'null'].map((literal) => encoder.encode(literal));

/** The place behind a number or a literal, -1 for anything else. */
export function scalarEnd(bytes: Uint8Array, from: number): number {
  if (isNumberStart(bytes[from])) return numberEnd(bytes, from);
  for (const literal of LITERALS) if (startsWith(bytes, from, literal)) return from + literal.length;
  return -1;
}

/** RFC 8259, section 6. */
function numberEnd(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  const integer = digitsEnd(bytes, at);
  if (integer === at || (bytes[at] === 0x30 && integer > at + 1)) return -1;
  at = integer;
  if (bytes[at] === 0x2e) {
    const fraction = digitsEnd(bytes, at + 1);
    if (fraction === at + 1) return -1;
    at = fraction;
  }
  if (bytes[at] === 0x45 || bytes[at] === 0x65) {
    const sign = bytes[at + 1];
    const digits = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
    at = digitsEnd(bytes, digits);
    if (at === digits) return -1;
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isNumberStart(byte: number | undefined): boolean {
  return byte !== undefined && (byte === MINUS || isDigit(byte));
}

export function skipSpace(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length && isSpace(bytes[at] ?? 0)) at += 1;
  return at;
}

function isSpace(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

/** The end of what stands before the white space before a place. */
export function behindLast(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at > 0 && isSpace(bytes[at - 1] ?? 0)) at -= 1;
  return at;
}

/** Behind the UTF-8 BOM, if there is one. */
export function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Whether a place begins with these bytes. */
export function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index += 1) {
    if (bytes[at + index] !== prefix[index]) return false;
  }
  return true;
}
