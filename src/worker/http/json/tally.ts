/** What the members that matter for limits and prices hold: counted in the course of a scan. */
import { isNumberStart, startsWith } from './tokens.ts';

/** The kinds of tools a request may name are few; of a longer list the first ones are told. */
const MAX_TOOL_TYPES = 64;
const MAX_TYPE_BYTES = 64;

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

/** The members that hold a part's data. An address that is no data URL is an ordinary text. */
const DATA_MEMBERS = Object.entries({
  url: 'images',
  image_url: 'images',
  data: 'audio',
  file_data: 'files',
} as const).map(([name, kind]) => ({ bytes: encoder.encode(name), kind }));
const TYPE = encoder.encode('type');
const DATA_URL = encoder.encode('data:');

/** Counts what the members that matter hold. */
export class Tally {
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

  result(): Counts {
    const { images, audio, files } = this.#parts;
    const toolTypes = [...this.#toolTypes];
    return { items: this.#items, promptIsTokens: this.#promptIsTokens, toolTypes, images, audio, files };
  }
}

function isCounted(member: string): member is CountedMember {
  return COUNTED.has(member);
}
