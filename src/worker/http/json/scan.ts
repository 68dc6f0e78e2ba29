/**
 * One linear look at the bytes of a JSON body: whether it is JSON, where its members stand, and how much it holds.
 *
 * Nothing in it becomes an object, so a body of millions of small values costs no memory, and depth costs no stack.
 */

/** A level costs one byte while the scan lasts; no request of an API has a thousandth of these. */
export const MAX_DEPTH = 2 ** 18;

/**
 * In a body of at least the second size, a text of more than the first is not looked into: errors inside it are
 * found by the upstream, which gets the whole.
 */
const LONG_TEXT_BYTES = 4096;
const LONG_JSON_BYTES = 64 * 1024;

/** How often the members that were asked for may occur in all; JSON allows repeated names, and no client needs many. */
const MAX_MEMBERS = 1000;

/** The kinds of tools a request may name are few; of a longer list the first ones are told. */
const MAX_TOOL_TYPES = 64;
const MAX_TYPE_BYTES = 64;

/** Members whose items are counted. */
export type CountedMember = 'messages' | 'input' | 'prompt' | 'tools';

/** A member of the top-level object: its name, and its value's place in the bytes, from `start` up to `end`. */
export interface Member {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Parts of one kind in `messages` or `input`: how many, and the bytes of the data that they hold themselves. */
export interface PartCount {
  readonly count: number;
  readonly bytes: number;
}

/** What a JSON text holds. */
export interface JsonScan {
  readonly kind: 'json';
  /** The first byte of the whole value tells its type. */
  readonly root: Member;
  /** The members that were asked for, in their order; a name that occurs twice is there twice. */
  readonly members: readonly Member[];
  /** All values of the text, at every level. */
  readonly values: number;
  /** Items of each array by its member's name; 1 for a value that is no array, 0 where it is absent. */
  readonly items: Readonly<Record<CountedMember, number>>;
  /** The first item of `prompt` is a number: the array is one prompt of tokens. */
  readonly promptIsTokens: boolean;
  /** The `type` of the tools, each once. */
  readonly toolTypes: readonly string[];
  readonly images: PartCount;
  readonly audio: PartCount;
  readonly files: PartCount;
}

/** What a look at a text comes to. */
export type ScanResult =
  | JsonScan
  | { readonly kind: 'invalid' }
  | { readonly kind: 'too_deep' }
  | { readonly kind: 'too_many_members' };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const LOWER_U = 0x75;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const COUNTED: ReadonlySet<string> = new Set<CountedMember>(['messages', 'input', 'prompt', 'tools']);

type PartKind = 'images' | 'audio' | 'files';

/** The `type` of a part with data of its own, in chat and in responses. */
const PART_KINDS: ReadonlyMap<string, PartKind> = new Map<string, PartKind>([
  ['image', 'images'],
  ['image_url', 'images'],
  ['input_image', 'images'],
  ['audio', 'audio'],
  ['input_audio', 'audio'],
  ['file', 'files'],
  ['input_file', 'files'],
  ['video_url', 'files'],
  ['input_video', 'files'],
]);

/** The members that hold a part's data. An address that is no data URL is an ordinary text. */
const DATA_MEMBERS = Object.entries({
  url: 'images',
  image_url: 'images',
  data: 'audio',
  file_data: 'files',
} as const).map(([name, kind]) => ({ bytes: encoder.encode(name), kind }));
const TYPE = encoder.encode('type');
const DATA_URL = encoder.encode('data:');

/** No member that is asked for has a longer name. */
const LONGEST_NAME = 32;

/** The names of the members that a scan looks for, made once for many scans. */
export class MemberNames {
  readonly wanted: ReadonlySet<string>;
  /** Those and the counted ones, as they usually stand in a body. */
  readonly all: readonly { readonly name: string; readonly bytes: Uint8Array }[];

  constructor(wanted: Iterable<string>) {
    this.wanted = new Set(wanted);
    const all = new Set([...this.wanted, ...COUNTED]);
    this.all = [...all].map((name) => ({ name, bytes: encoder.encode(name) }));
  }
}

/** The escapes of a JSON text behind the backslash, without `u`. */
const ESCAPES: ReadonlySet<number> = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));

const INVALID: ScanResult = { kind: 'invalid' };

/** What may come next. */
const VALUE = 0;
const FIRST_VALUE = 1;
const KEY = 2;
const FIRST_KEY = 3;
const BEHIND_VALUE = 4;

/**
 * Looks at a JSON text (RFC 8259), a BOM before it allowed. As strict as `JSON.parse`, but for the inside of long texts
 * and for bytes that are no UTF-8.
 * @param names of the top-level members whose places are asked for.
 */
export function scanJson(bytes: Uint8Array, { wanted, all: names }: MemberNames): ScanResult {
  const tally = new Tally(bytes);
  const members: Member[] = [];
  /** 1 where the container of a level is an object, 0 where it is an array. */
  let isObject = new Uint8Array(64);
  let depth = 0;
  let values = 0;
  let at = startOf(bytes);
  const first = skipSpace(bytes, at);
  let expect = VALUE;
  let keyStart = 0;
  let keyEnd = 0;
  /** The top-level member whose value is under way, where its name was asked for or is counted. */
  let member: string | undefined;
  let valueStart = 0;

  for (;;) {
    at = skipSpace(bytes, at);
    const byte = bytes[at];
    if (expect === BEHIND_VALUE) {
      if (depth === 1 && member !== undefined) {
        if (wanted.has(member)) members.push({ name: member, start: valueStart, end: behindLast(bytes, at) });
        if (members.length > MAX_MEMBERS) return { kind: 'too_many_members' };
        member = undefined;
      }
      if (depth === 0) {
        if (byte !== undefined) return INVALID;
        const root = { name: '', start: first, end: behindLast(bytes, at) };
        return { kind: 'json', root, members, values, ...tally.result() };
      }
      at += 1;
      if (byte === COMMA) expect = isObject[depth] === 1 ? KEY : VALUE;
      else if (byte === (isObject[depth] === 1 ? CLOSE_BRACE : CLOSE_BRACKET)) depth -= 1;
      else return INVALID;
      continue;
    }
    if (expect === KEY || expect === FIRST_KEY) {
      if (byte === CLOSE_BRACE && expect === FIRST_KEY) {
        depth -= 1;
        at += 1;
        expect = BEHIND_VALUE;
        continue;
      }
      if (byte !== QUOTE) return INVALID;
      keyStart = at;
      keyEnd = textEnd(bytes, at);
      if (keyEnd === -1) return INVALID;
      at = skipSpace(bytes, keyEnd);
      if (bytes[at] !== COLON) return INVALID;
      at += 1;
      expect = VALUE;
      if (depth === 1) {
        member = nameAt(bytes, keyStart, keyEnd, names);
        valueStart = skipSpace(bytes, at);
      }
      continue;
    }
    if (byte === CLOSE_BRACKET && expect === FIRST_VALUE) {
      depth -= 1;
      at += 1;
      expect = BEHIND_VALUE;
      continue;
    }
    values += 1;
    if (depth === 1 && member !== undefined) tally.beginMember(member, byte === OPEN_BRACKET);
    else if (depth === 2) tally.countItem(member, byte, isObject[2] === 1);
    if (byte === QUOTE) {
      const end = textEnd(bytes, at);
      if (end === -1) return INVALID;
      if (depth > 2 && isObject[depth] === 1 && member !== undefined) {
        tally.text(member, depth, keyStart + 1, keyEnd - 1, at + 1, end - 1);
      }
      at = end;
      expect = BEHIND_VALUE;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth === MAX_DEPTH) return { kind: 'too_deep' };
      depth += 1;
      if (depth === isObject.length) isObject = doubled(isObject);
      isObject[depth] = byte === OPEN_BRACE ? 1 : 0;
      at += 1;
      expect = byte === OPEN_BRACE ? FIRST_KEY : FIRST_VALUE;
    } else {
      at = scalarEnd(bytes, at);
      if (at === -1) return INVALID;
      expect = BEHIND_VALUE;
    }
  }
}

/** Counts what the members that matter hold. */
class Tally {
  readonly #bytes: Uint8Array;
  readonly #items: Record<CountedMember, number> = { messages: 0, input: 0, prompt: 0, tools: 0 };
  #isArray = false;
  #promptIsTokens = false;
  readonly #toolTypes = new Set<string>();
  readonly #parts = {
    images: { count: 0, bytes: 0 },
    audio: { count: 0, bytes: 0 },
    files: { count: 0, bytes: 0 },
  };

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A top-level member's value begins. Of a name that occurs twice the last one counts, as for `JSON.parse`. */
  beginMember(member: string, isArray: boolean): void {
    this.#isArray = isArray;
    if (!isCounted(member)) return;
    this.#items[member] = isArray ? 0 : 1;
    if (member === 'prompt') this.#promptIsTokens = false;
  }

  /** A value inside a top-level member's value begins. */
  countItem(member: string | undefined, firstByte: number | undefined, isInObject: boolean): void {
    if (member === undefined || isInObject || !this.#isArray || !isCounted(member)) return;
    if (member === 'prompt' && this.#items.prompt === 0) this.#promptIsTokens = isNumberStart(firstByte);
    this.#items[member] += 1;
  }

  /** A text in an object inside a counted member: a tool's type, a part's type, or a part's data. */
  text(member: string, depth: number, keyStart: number, keyEnd: number, start: number, end: number): void {
    if (this.#isKey(keyStart, keyEnd, TYPE)) {
      if (end - start <= MAX_TYPE_BYTES && isCounted(member)) this.#type(member, depth, start, end);
      return;
    }
    const data = DATA_MEMBERS.find(({ bytes }) => this.#isKey(keyStart, keyEnd, bytes));
    if (data === undefined || member === 'tools' || !isCounted(member)) return;
    if (data.kind === 'images' && !startsWith(this.#bytes, start, DATA_URL)) return;
    this.#parts[data.kind].bytes += end - start;
  }

  #type(member: CountedMember, depth: number, start: number, end: number): void {
    const type = decoder.decode(this.#bytes.subarray(start, end));
    if (member !== 'tools') {
      const kind = PART_KINDS.get(type);
      if (kind !== undefined) this.#parts[kind].count += 1;
    } else if (depth === 3 && this.#toolTypes.size < MAX_TOOL_TYPES) this.#toolTypes.add(type);
  }

  #isKey(start: number, end: number, name: Uint8Array): boolean {
    return end - start === name.length && startsWith(this.#bytes, start, name);
  }

  result(): Pick<JsonScan, 'items' | 'promptIsTokens' | 'toolTypes' | PartKind> {
    const { images, audio, files } = this.#parts;
    const toolTypes = [...this.#toolTypes];
    return { items: this.#items, promptIsTokens: this.#promptIsTokens, toolTypes, images, audio, files };
  }
}

function isCounted(member: string): member is CountedMember {
  return COUNTED.has(member);
}

/** The name of a key, if it is one of these. */
function nameAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  names: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): string | undefined {
  const length = end - start - 2;
  for (const { name, bytes: wanted } of names) {
    if (length === wanted.length && startsWith(bytes, start + 1, wanted)) return name;
  }
  // A character of a name may be written as an escape of six bytes.
  if (length > 6 * LONGEST_NAME || bytes.subarray(start, end).indexOf(BACKSLASH) === -1) return undefined;
  const decoded: unknown = JSON.parse(decoder.decode(bytes.subarray(start, end)));
  return names.find(({ name }) => name === decoded)?.name;
}

function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index += 1) {
    if (bytes[at + index] !== prefix[index]) return false;
  }
  return true;
}

/** Behind the UTF-8 BOM, if there is one. */
function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length && isSpace(bytes[at] ?? 0)) at += 1;
  return at;
}

function isSpace(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

/** The end of what stands before the white space before a place. */
function behindLast(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at > 0 && isSpace(bytes[at - 1] ?? 0)) at -= 1;
  return at;
}

function doubled(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** The place behind a text's closing quote, -1 where it has none or is no JSON. @param from its opening quote. */
function textEnd(bytes: Uint8Array, from: number): number {
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
function scalarEnd(bytes: Uint8Array, from: number): number {
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

function isNumberStart(byte: number | undefined): boolean {
  return byte !== undefined && (byte === MINUS || isDigit(byte));
}
