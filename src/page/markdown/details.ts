/** `<details>`: blocks that are folded under a summary. Pure. */
import type { Token } from 'marked';

/** Folded blocks. Those that are not closed go on to the end of the text. */
export interface DetailsToken {
  type: 'details';
  raw: string;
  open: boolean;
  /** The words of the summary; none where there is no summary. */
  summary: Token[];
  tokens: Token[];
  closed: boolean;
}

/** What lexes the blocks and words within. */
interface Within {
  blockTokens(source: string, tokens?: Token[]): Token[];
  inlineTokens(source: string, tokens?: Token[]): Token[];
}

const OPENING = /^ {0,3}<details([ \t]+open(?:="[^"\n]*")?)?[ \t]*>/i;
const CLOSING = /<\/details>[ \t]*$/i;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const SUMMARY = /^\s*<summary>((?:(?!<\/?summary>)[^\n])*)<\/summary>[ \t]*\n?/i;

/** Follows the lines of a text: whether one is within folded blocks. Tags in fenced code are code. */
export class DetailsDepth {
  #depth = 0;
  #fence: string | undefined;

  /** Whether folded blocks are open. */
  get isOpen(): boolean {
    return this.#depth > 0;
  }

  /** Takes the next whole line. */
  take(line: string): void {
    const marks = FENCE.exec(line)?.[1];
    if (this.#fence !== undefined) {
      if (marks?.startsWith(this.#fence) && /^[\s`~]*$/.test(line)) this.#fence = undefined;
      return;
    }
    if (marks !== undefined) {
      this.#fence = marks;
      return;
    }
    if (OPENING.test(line)) this.#depth += 1;
    if (this.#depth > 0 && CLOSING.test(line)) this.#depth -= 1;
  }
}

/** Where the folded blocks that begin a text end, behind the line of their closing tag; undefined where they do not. */
function endOf(source: string): number | undefined {
  const depth = new DetailsDepth();
  for (let at = 0; at < source.length; ) {
    const end = source.indexOf('\n', at);
    const next = end < 0 ? source.length : end + 1;
    depth.take(source.slice(at, end < 0 ? undefined : end));
    if (!depth.isOpen) return next;
    at = next;
  }
  return undefined;
}

/** The block rule for marked: folded blocks at the start of a text. */
export function details(within: Within, source: string): DetailsToken | undefined {
  const opening = OPENING.exec(source);
  if (opening === null) return undefined;
  const end = endOf(source);
  const raw = source.slice(0, end);
  const inner = end === undefined ? raw : raw.replace(/\n$/, '').replace(CLOSING, '');
  const body = inner.slice(opening[0].length);
  const [head = '', words] = SUMMARY.exec(body) ?? [];
  return {
    type: 'details',
    raw,
    open: opening[1] !== undefined,
    summary: words === undefined ? [] : within.inlineTokens(words.trim()),
    tokens: within.blockTokens(body.slice(head.length).replace(/^\n+/, ''), []),
    closed: end !== undefined,
  };
}
