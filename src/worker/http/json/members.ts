/** Changing a few top-level members of a JSON object without touching any other byte of it. */
import { parseJson } from './read.ts';

const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A value's place in the bytes: from `start` up to, not including, `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Sets top-level members of a JSON object and keeps everything else byte for byte: number literals, duplicate keys,
 * white space, invalid UTF-8.
 * @param bytes UTF-8 of a JSON object, as far as its outline tells; a BOM may stand before it.
 * @param members member names and their new values as JSON text. A member that exists, however often, gets the value
 * in its place; one that does not is written first.
 */
export function setMembers(
  bytes: Uint8Array<ArrayBuffer>,
  members: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const open = bytes.indexOf(OPEN_BRACE);
  const places = topLevelValues(bytes, open, new Set(Object.keys(members)));
  const found = new Set(places.map(({ name }) => name));
  const missing = Object.entries(members).filter(([name]) => !found.has(name));

  const parts: Uint8Array[] = [bytes.subarray(0, open + 1)];
  if (missing.length > 0) {
    const text = missing.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',');
    parts.push(encoder.encode(isEmptyObject(bytes, open) ? text : `${text},`));
  }
  let kept = open + 1;
  for (const { name, span } of places) {
    parts.push(bytes.subarray(kept, span.start), encoder.encode(members[name] ?? 'null'));
    kept = span.end;
  }
  parts.push(bytes.subarray(kept));
  return concat(parts);
}

function topLevelValues(bytes: Uint8Array, open: number, wanted: ReadonlySet<string>) {
  const places: { name: string; span: Span }[] = [];
  let at = skipSpace(bytes, open + 1);
  while (bytes[at] === QUOTE) {
    const keyEnd = stringEnd(bytes, at) ?? bytes.length;
    const name = parseJson(decoder.decode(bytes.subarray(at, keyEnd)));
    const start = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const end = valueEnd(bytes, start);
    if (typeof name === 'string' && wanted.has(name)) places.push({ name, span: { start, end } });
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return places;
}

function isEmptyObject(bytes: Uint8Array, open: number): boolean {
  return bytes[skipSpace(bytes, open + 1)] === CLOSE_BRACE;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function valueEnd(bytes: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at) ?? bytes.length;
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at;
    at += 1;
  }
  return at;
}

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
