/** What the members that matter for limits and prices hold: counted in the course of a scan. */
import { BACKSLASH, isNumberStart, startsWith } from './tokens.ts';

/** The kinds of tools a request may name are few; of a longer list the first ones are told. */
const MAX_TOOL_TYPES = 64;
/** An escape writes a character in six bytes. */
const MAX_TYPE_BYTES = 6 * 64;

/** Members whose items are counted. */
export type CountedMember = 'messages' | 'input' | 'prompt' | 'tools';

/** Parts of one kind in `messages` or `input`: how many, and the bytes of the data that they hold themselves. */
export interface PartCount {
  readonly count: number;
  readonly bytes: number;
}

/** The counts of one JSON text. */
export interface Counts {
  /** Items of each array by its member's name; 1 for a value that is no array, 0 where it is absent. */
  readonly items: Readonly<Record<CountedMember, number>>;
  /** The first item of `prompt` is a number: the array is one prompt of tokens. */
  readonly promptIsTokens: boolean;
  /** The `type` of the tools, each once. */
  readonly toolTypes: readonly string[];
  readonly images: PartCount;
  readonly audio: PartCount;
  readonly files: PartCount;
  /** The first thing that leads to what the account behind the key keeps. */
  readonly stored: StoredUse | undefined;
}

/** Something in a request that only the account behind the key has: a file, an item of an earlier answer, a container. */
export interface StoredUse {
  /** The top-level member in which it stands. */
  readonly member: string;
  /** `file_id`, or the `type` of an item or tool. */
  readonly name: string;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The names of those members. */
export const COUNTED: ReadonlySet<string> = new Set<CountedMember>(['messages', 'input', 'prompt', 'tools']);

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

/**
 * The types of items and tools that reach into the account: items of stored answers, searches in its files and
 * collections, and containers with the files and skills in them.
 */
const STORED_TYPES: ReadonlySet<string> = new Set([
  'item_reference',
  'file_search',
  'collections_search',
  'code_interpreter',
  'container_auto',
  'container_reference',
  'skill_reference',
]);

/** A tool's own member may name a file; deeper ones are the caller's schema of its arguments. */
const DEEPEST_IN_TOOL = 4;

/** The members that are looked at inside objects, and what each holds. */
const INNER_MEMBERS = Object.entries({
  type: 'type',
  file_id: 'stored',
  url: 'images',
  image_url: 'images',
  data: 'audio',
  file_data: 'files',
} as const).map(([name, kind]) => ({ name, bytes: encoder.encode(name), kind }));
type InnerKind = (typeof INNER_MEMBERS)[number]['kind'];

/** The shortest key that holds an escape and is one of them, and the longest. */
const SHORTEST_ESCAPED = 8;
const LONGEST_ESCAPED = 6 * 'image_url'.length;

/** An address that is no data URL is an ordinary text. */
const DATA_URL = encoder.encode('data:');

/** Counts what the members that matter hold. */
export class Tally {
  readonly #bytes: Uint8Array;
  readonly #items: Record<CountedMember, number> = { messages: 0, input: 0, prompt: 0, tools: 0 };
  #isArray = false;
  #promptIsTokens = false;
  readonly #toolTypes = new Set<string>();
  #stored: StoredUse | undefined;
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

  /** A text in an object inside a member that is looked at: a type, a part's data, or the name of a file. */
  text(member: string, depth: number, keyStart: number, keyEnd: number, start: number, end: number): void {
    const kind = this.#innerKind(keyStart, keyEnd);
    if (kind === undefined) return;
    if (kind === 'type') {
      if (end - start <= MAX_TYPE_BYTES) this.#type(member, depth, this.#decoded(start, end));
    } else if (kind === 'stored') {
      if (member !== 'tools' || depth <= DEEPEST_IN_TOOL) this.#stored ??= { member, name: 'file_id' };
    } else if (member !== 'tools' && isCounted(member)) {
      if (kind !== 'images' || startsWith(this.#bytes, start, DATA_URL))
        this.#parts[kind].bytes += end - start;
    }
  }

  #type(member: string, depth: number, type: string): void {
    if (STORED_TYPES.has(type)) this.#stored ??= { member, name: type };
    if (!isCounted(member)) return;
    if (member !== 'tools') {
      const kind = PART_KINDS.get(type);
      if (kind !== undefined) this.#parts[kind].count += 1;
    } else if (depth === 3 && this.#toolTypes.size < MAX_TOOL_TYPES) this.#toolTypes.add(type);
  }

  #innerKind(start: number, end: number): InnerKind | undefined {
    const length = end - start;
    for (const { bytes, kind } of INNER_MEMBERS) {
      if (length === bytes.length && startsWith(this.#bytes, start, bytes)) return kind;
    }
    if (length < SHORTEST_ESCAPED || length > LONGEST_ESCAPED || !this.#hasEscape(start, end))
      return undefined;
    const decoded = this.#decoded(start, end);
    return INNER_MEMBERS.find(({ name }) => name === decoded)?.kind;
  }

  #hasEscape(start: number, end: number): boolean {
    return this.#bytes.subarray(start, end).indexOf(BACKSLASH) !== -1;
  }

  /** A text as it reads, whatever its spelling. */
  #decoded(start: number, end: number): string {
    const text = decoder.decode(this.#bytes.subarray(start, end));
    return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
  }

  result(): Counts {
    const { images, audio, files } = this.#parts;
    return {
      items: this.#items,
      promptIsTokens: this.#promptIsTokens,
      toolTypes: [...this.#toolTypes],
      images,
      audio,
      files,
      stored: this.#stored,
    };
  }
}

function isCounted(member: string): member is CountedMember {
  return COUNTED.has(member);
}
