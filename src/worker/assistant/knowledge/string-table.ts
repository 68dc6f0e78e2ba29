/** The strings of an index, features of texts and phrases of the thesaurus, read in blocks where they lie. */
import { BLOCK, BLOCK_WORDS, BlockWord, FAR, Word } from './index-format.ts';

/** The postings of a string: topics in ascending order, and how strongly it speaks for each, in `IMPACT_UNIT`. */
export interface Postings {
  readonly topics: readonly number[];
  readonly impacts: readonly number[];
}

/** What is known of a string. */
export interface StringEntry {
  /** None where no topic has it. */
  readonly postings: Postings | undefined;
  /** The groups of the thesaurus that it stands in. */
  readonly groups: readonly number[];
}

const encoder = new TextEncoder();
const UNKNOWN: StringEntry = { postings: undefined, groups: [] };

/** Sorted strings with what is known of each. */
export class StringTable {
  readonly #bytes: Uint8Array;
  readonly #count: number;
  readonly #blocks: Uint32Array;
  readonly #strings: number;
  readonly #counts: number;
  readonly #steps: Uint8Array;
  readonly #impacts: Int8Array;

  constructor(bytes: Uint8Array<ArrayBuffer>, header: Uint32Array) {
    const word = (at: number) => header[at] ?? 0;
    this.#bytes = bytes;
    this.#count = word(Word.strings);
    const blocks = Math.ceil(this.#count / BLOCK);
    this.#blocks = new Uint32Array(bytes.buffer, word(Word.blocks), blocks * BLOCK_WORDS);
    this.#strings = word(Word.stringBytes);
    this.#counts = word(Word.counts);
    this.#steps = bytes.subarray(word(Word.postingTopics));
    this.#impacts = new Int8Array(bytes.buffer, word(Word.postingImpacts));
  }

  /** What is known of a string; nothing where there is no such one. */
  entry(text: string): StringEntry {
    const number = this.#search(encoder.encode(text), false);
    return number < 0 ? UNKNOWN : this.#read(number);
  }

  /** Whether a string begins with `text`. */
  begins(text: string): boolean {
    const wanted = encoder.encode(text);
    if (this.#search(wanted, true) >= 0) return true;
    // The first of a block is the last that is compared before it.
    const next = this.#blockOf(wanted) + 1;
    return next * BLOCK < this.#count && this.#firstBegins(next, wanted);
  }

  #firstBegins(block: number, wanted: Uint8Array): boolean {
    const at = this.#strings + this.#block(block, BlockWord.string);
    return (
      this.#byte(at + 1) >= wanted.length && wanted.every((byte, each) => this.#byte(at + 2 + each) === byte)
    );
  }

  /** The number of the string with these bytes, or of the first that begins with them, within their block; or -1. */
  #search(wanted: Uint8Array, asPrefix: boolean): number {
    const block = this.#blockOf(wanted);
    if (block < 0) return -1;
    // A question's first look-ups run before the runtime has compiled this: locals are cheaper there than fields.
    const bytes = this.#bytes;
    const total = wanted.length;
    let at = this.#strings + this.#block(block, BlockWord.string);
    let matched = 0;
    const end = Math.min(BLOCK, this.#count - block * BLOCK);
    for (let each = 0; each < end; each++) {
      const shared = bytes[at] ?? 0;
      const length = bytes[at + 1] ?? 0;
      // Sorted strings: one that shares less than was matched comes after all that would fit.
      if (shared < matched) return -1;
      if (shared === matched) {
        const most = Math.min(total, shared + length);
        for (let from = at + 2 - shared; matched < most && bytes[from + matched] === wanted[matched]; )
          matched += 1;
        if (matched === total && (asPrefix || matched - shared === length)) return block * BLOCK + each;
      }
      at += 2 + length;
    }
    return -1;
  }

  /** The last block whose first string is not greater, by halving; -1 where all are. */
  #blockOf(wanted: Uint8Array): number {
    let low = 0;
    let high = this.#blocks.length / BLOCK_WORDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compareFirst(middle, wanted) > 0) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  #compareFirst(block: number, wanted: Uint8Array): number {
    const bytes = this.#bytes;
    const at = this.#strings + this.#block(block, BlockWord.string);
    const length = bytes[at + 1] ?? 0;
    const shorter = Math.min(length, wanted.length);
    for (let each = 0; each < shorter; each++) {
      const difference = (bytes[at + 2 + each] ?? 0) - (wanted[each] ?? 0);
      if (difference !== 0) return difference;
    }
    return length - wanted.length;
  }

  /** What is known of the string with a number; that of those before it in its block is passed over. */
  #read(number: number): StringEntry {
    const block = Math.floor(number / BLOCK);
    const counts = new Varints(this.#bytes, this.#counts + this.#block(block, BlockWord.counts));
    let first = this.#block(block, BlockWord.posting);
    for (let each = block * BLOCK; each < number; each++) {
      first += counts.next();
      for (let groups = counts.next(); groups > 0; groups--) counts.next();
    }
    const count = counts.next();
    const groups = Array.from({ length: counts.next() }, () => counts.next());
    return { postings: count === 0 ? undefined : this.#postings(first, first + count), groups };
  }

  #postings(from: number, to: number): Postings {
    const topics: number[] = [];
    const impacts: number[] = [];
    let topic = -1;
    for (let at = from; at < to; at++) {
      topic += this.#steps[at] ?? 0;
      const impact = this.#impacts[at] ?? 0;
      if (impact === FAR) continue;
      topics.push(topic);
      impacts.push(impact);
    }
    return { topics, impacts };
  }

  /** See `KnowledgeIndex.wordsFrom`. */
  *wordsFrom(letter: string, shortest: number, longest: number): Generator<string> {
    const first = letter.charCodeAt(0);
    const spelt = new Uint8Array(256);
    for (
      let number = Math.max(0, this.#blockOf(encoder.encode(letter)) * BLOCK), at = -1;
      number < this.#count;
      number++
    ) {
      if (number % BLOCK === 0 || at < 0)
        at = this.#strings + this.#block(Math.floor(number / BLOCK), BlockWord.string);
      const shared = this.#byte(at);
      const length = this.#byte(at + 1);
      for (let each = 0; each < length; each++) spelt[shared + each] = this.#byte(at + 2 + each);
      at += 2 + length;
      const initial = spelt[0] ?? 0;
      if (initial > first) return;
      const letters = shared + length;
      if (initial < first || letters < shortest || letters > longest) continue;
      const word = String.fromCharCode(...spelt.subarray(0, letters));
      if (/^[a-z]+$/.test(word)) yield word;
    }
  }

  #block(block: number, at: number): number {
    return this.#blocks[block * BLOCK_WORDS + at] ?? 0;
  }

  #byte(at: number): number {
    return this.#bytes[at] ?? 0;
  }
}

/** Varints, read one after the other. */
class Varints {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#at = from;
  }

  next(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    this.#at = at;
    return value;
  }
}

/** Below zero, zero or above zero, as the first array sorts before, with or after the second. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
