/**
 * One linear look at the bytes of a JSON body: whether it is JSON, where its members stand, and how much it holds.
 *
 * Nothing in it becomes an object, so a body of millions of small values costs no memory, and depth costs no stack.
 */

import { COUNTED, type Counts, Tally } from './tally.ts';
import {
  BACKSLASH,
  behindLast,
  QUOTE,
  scalarEnd,
  skipSpace,
  startOf,
  startsWith,
  textEnd,
} from './tokens.ts';

/** A level costs one byte while the scan lasts; no request of an API has a thousandth of these. */
export const MAX_DEPTH = 2 ** 18;

/** How often the members that were asked for may occur in all; JSON allows repeated names, and no client needs many. */
const MAX_MEMBERS = 1000;

/** A member of the top-level object: its name, and its value's place in the bytes, from `start` up to `end`. */
export interface Member {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What a JSON text holds. */
export interface JsonScan extends Counts {
  readonly kind: 'json';
  /** The first byte of the whole value tells its type. */
  readonly root: Member;
  /** The members that were asked for, in their order; a name that occurs twice is there twice. */
  readonly members: readonly Member[];
  /** All values of the text, at every level. */
  readonly values: number;
}

/** What a look at a text comes to. */
export type ScanResult =
  | JsonScan
  | { readonly kind: 'invalid' }
  | { readonly kind: 'too_deep' }
  | { readonly kind: 'too_many_members' };

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

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
      if (depth > 1 && isObject[depth] === 1 && member !== undefined) {
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

function doubled(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(array.length * 2);
  larger.set(array);
  return larger;
}
