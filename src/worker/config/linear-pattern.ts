/**
 * Regular expressions matched in time that grows with the text alone, for texts that strangers send. The runtime's own
 * matcher goes back and tries again: `^(a+)+$` takes it years over forty characters.
 * @see https://swtch.com/~rsc/regexp/regexp1.html (Thompson's simulation, which follows all ways at once)
 */

/** What a pattern is made of. A set says by a character's code whether it is one of them. */
type Node =
  | { readonly kind: 'set'; readonly set: Uint8Array }
  | { readonly kind: 'edge'; readonly atEnd: boolean }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly choices: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number };

/** A step of the simulation. `next` are the steps that follow it. */
type State =
  | { readonly kind: 'set'; readonly set: Uint8Array; readonly next: readonly number[] }
  | { readonly kind: 'edge'; readonly atEnd: boolean; readonly next: readonly number[] }
  | { readonly kind: 'split'; next: readonly number[] };

/** The longest text that is matched, in characters: longer than any vendor's key, and than most signed tokens. */
export const LONGEST_TEXT = 4096;

const LONGEST_SOURCE = 1000;
/** Each character of a text may have to look at all of them. */
const MOST_STATES = 1000;
/** Codes above these are in no set. */
const CODES = 256;

/** The state that stands for a match. */
const MATCH = -1;

/** The pattern is none, or has what cannot be matched so. */
export class UnsupportedPattern extends Error {}

/** A regular expression without flags: all of JavaScript's but look-arounds, back references and word boundaries. */
export class LinearPattern {
  readonly source: string;
  readonly #states: State[] = [];
  readonly #start: number;
  readonly #beginning: readonly Uint8Array[] | undefined;

  /** @throws {UnsupportedPattern} for what is no regular expression, is too large, or needs going back. */
  constructor(source: string) {
    this.source = source;
    if (source.length > LONGEST_SOURCE) throw new UnsupportedPattern();
    const node = new Parser(source).parse();
    this.#beginning = beginningOf(node);
    this.#start = this.#compile(node, MATCH);
  }

  /** Whether the pattern matches anywhere in a text; never in one of more than `LONGEST_TEXT` characters. */
  test(text: string): boolean {
    const { length } = text;
    if (length > LONGEST_TEXT) return false;
    const beginning = this.#beginning;
    if (beginning !== undefined) return beginning.every((set, at) => holds(set, text.charCodeAt(at)));
    let current: number[] = [];
    for (let at = 0; ; at += 1) {
      // A match may begin at every place.
      const reached = this.#reach([...current, this.#start], at === 0, at === length);
      if (reached === MATCH) return true;
      if (at === length) return false;
      const code = text.charCodeAt(at);
      current = [];
      for (const state of reached) {
        if (state.kind === 'set' && holds(state.set, code)) current.push(...state.next);
      }
    }
  }

  /** The states that wait for a character, from these on. */
  #reach(from: number[], isStart: boolean, isEnd: boolean): readonly State[] | typeof MATCH {
    const seen = new Uint8Array(this.#states.length);
    const waiting: State[] = [];
    for (let index = from.pop(); index !== undefined; index = from.pop()) {
      if (index === MATCH) return MATCH;
      const state = this.#states[index];
      if (state === undefined || seen[index] === 1) continue;
      seen[index] = 1;
      if (state.kind === 'set') waiting.push(state);
      else if (state.kind === 'split' || (state.atEnd ? isEnd : isStart)) from.push(...state.next);
    }
    return waiting;
  }

  #add(state: State): number {
    if (this.#states.length === MOST_STATES) throw new UnsupportedPattern();
    return this.#states.push(state) - 1;
  }

  /** @returns the state by which the node is entered. @param next the state behind it. */
  #compile(node: Node, next: number): number {
    switch (node.kind) {
      case 'set':
      case 'edge':
        return this.#add({ ...node, next: [next] });
      case 'all':
        return node.parts.reduceRight((behind, part) => this.#compile(part, behind), next);
      case 'any':
        return this.#add({
          kind: 'split',
          next: node.choices.map((choice) => this.#compile(choice, next)),
        });
      case 'repeat':
        return this.#repeat(node.node, node.min, node.max, next);
    }
  }

  #repeat(node: Node, min: number, max: number, next: number): number {
    if (max < min || Math.max(min, max === Number.POSITIVE_INFINITY ? 0 : max) > MOST_STATES)
      throw new UnsupportedPattern();
    let entry = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop: State = { kind: 'split', next: [] };
      entry = this.#add(loop);
      loop.next = [this.#compile(node, entry), next];
    } else {
      for (let count = min; count < max; count += 1)
        entry = this.#add({ kind: 'split', next: [this.#compile(node, entry), next] });
    }
    for (let count = 0; count < min; count += 1) entry = this.#compile(node, entry);
    return entry;
  }
}

/** Whether a character is in a set; none is where the text has ended (`NaN`). */
function holds(set: Uint8Array, code: number): boolean {
  return code < CODES && set[code] === 1;
}

/** The sets of a pattern that is nothing but a beginning, such as `^sk-`: it is compared without the simulation. */
function beginningOf(node: Node): readonly Uint8Array[] | undefined {
  if (node.kind !== 'all') return undefined;
  const [edge, ...rest] = node.parts;
  if (edge?.kind !== 'edge' || edge.atEnd) return undefined;
  const sets = rest.flatMap((part) => (part.kind === 'set' ? [part.set] : []));
  return sets.length === rest.length ? sets : undefined;
}

const QUANTIFIER = /(?:[*+?]|\{(\d{1,6})(,?)(\d{0,6})\})\??/y;
const GROUP = /\((?:\?:|\?<[A-Za-z_]\w*>|(?!\?))/y;
/** One character or a class of them; not `\1`, `\k`, `\b`, `\B`, which ask for more than the character. */
const ATOM = /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|c[a-z]|[^1-9bBk])|\[(?:\\[\s\S]|[^\]\\])*\]|[^()|^$*+?\\[]/iy;

/** Reads a pattern from left to right. */
class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Node {
    // What is no regular expression at all is told by the runtime's own reader.
    if (!isRegularExpression(this.#source)) throw new UnsupportedPattern();
    const node = this.#choices();
    if (this.#at < this.#source.length) throw new UnsupportedPattern();
    return node;
  }

  #choices(): Node {
    const choices = [this.#parts()];
    while (this.#take('|')) choices.push(this.#parts());
    const [only] = choices;
    return only !== undefined && choices.length === 1 ? only : { kind: 'any', choices };
  }

  #parts(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at)))
      parts.push(this.#quantified());
    return { kind: 'all', parts };
  }

  #quantified(): Node {
    if (this.#take('^')) return { kind: 'edge', atEnd: false };
    if (this.#take('$')) return { kind: 'edge', atEnd: true };
    const node = this.#atom();
    const found = this.#match(QUANTIFIER);
    if (found === undefined) return node;
    const [text = '', least, comma, most] = found;
    if (least !== undefined) {
      const min = Number(least);
      const open = comma === '' ? min : Number.POSITIVE_INFINITY;
      return { kind: 'repeat', node, min, max: most ? Number(most) : open };
    }
    const min = text.startsWith('+') ? 1 : 0;
    return { kind: 'repeat', node, min, max: text.startsWith('?') ? 1 : Number.POSITIVE_INFINITY };
  }

  #atom(): Node {
    if (this.#match(GROUP) !== undefined) {
      const node = this.#choices();
      if (!this.#take(')')) throw new UnsupportedPattern();
      return node;
    }
    const [text] = this.#match(ATOM) ?? [];
    if (text === undefined) throw new UnsupportedPattern();
    return { kind: 'set', set: setOf(text) };
  }

  #take(character: string): boolean {
    if (this.#source.charAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(token: RegExp): RegExpExecArray | undefined {
    token.lastIndex = this.#at;
    const found = token.exec(this.#source);
    if (found === null) return undefined;
    this.#at = token.lastIndex;
    return found;
  }
}

/** The characters that an atom stands for, as the runtime reads it. */
function setOf(atom: string): Uint8Array {
  const one = new RegExp(`^${atom}$`);
  return Uint8Array.from({ length: CODES }, (_, code) => (one.test(String.fromCharCode(code)) ? 1 : 0));
}

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
