/**
 * Finds, line by line, the places where a top-level block may have come to its end. It only proposes: whether the
 * blocks up to there are closed is then seen from what marked makes of them. What it never proposes stays in the live
 * tail a little longer, which costs time and nothing else.
 */

import { DetailsDepth } from './details.ts';
import { holdsMarkdown, NestedFences } from './nested-fences.ts';

/**
 * Why a block may end somewhere:
 * - `blank`: an empty line has come, and nothing before it looks like a list or an indented line
 * - `flush`: after an empty line, a line starts at the margin that is no list item
 * - `opening`: a fence opens at the margin
 * - `closing`: a fence has closed
 * - `heading`: a whole heading has come
 */
export type BlockEnd = 'blank' | 'flush' | 'opening' | 'closing' | 'heading';

const FENCE_OPENING = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/;
const FENCE_CLOSING = /^\s*(`{3,}|~{3,}) *$/;
const LIST_OR_INDENT = /^(?: {4}|\t| {0,3}(?:[*+-]|\d{1,9}[.)])(?:[ \t]|$))/;
const HEADING = /^#{1,6}[ \t]+\S/;
/** A line that starts so may belong to the list or the indented code before the empty line. */
const MAY_CONTINUE = /^[\s\d*+-]/;

export class BlockEnds {
  /** The fence that is open: its characters and how far the line was indented. */
  #fence: { marks: string; indented: boolean; nested: NestedFences | undefined } | undefined;
  #afterBlank = false;
  #mayGoOn = false;
  /** Folded blocks are one block, whatever stands in them. */
  readonly #details = new DetailsDepth();

  /** Whether lines are at present taken for the inside of a code block. */
  get inFence(): boolean {
    return this.#fence !== undefined;
  }

  /**
   * Whether a block ends before the line that starts here.
   * @param line what there is of it, at least one character
   * @param whole whether that is the whole line
   */
  before(line: string, whole: boolean): BlockEnd | undefined {
    if (this.#fence || this.#details.isOpen) return undefined;
    if (this.#afterBlank && !MAY_CONTINUE.test(line)) return 'flush';
    if (whole && !line.startsWith(' ') && FENCE_OPENING.test(line)) return 'opening';
    return undefined;
  }

  /** Takes the next whole line, without its line end, and says whether a block ends after it. */
  take(line: string): BlockEnd | undefined {
    const wasFolded = this.#details.isOpen;
    this.#details.take(line);
    const end = this.#taken(line);
    return wasFolded || this.#details.isOpen ? undefined : end;
  }

  #taken(line: string): BlockEnd | undefined {
    if (this.#fence) {
      const marks = FENCE_CLOSING.exec(line)?.[1];
      if (this.#fence.nested ? !this.#fence.nested.closes(line) : !marks?.startsWith(this.#fence.marks)) {
        return undefined;
      }
      if (!this.#fence.indented && /^(?: {4}|\t)/.test(line)) return undefined;
      this.#fence = undefined;
      this.#afterBlank = false;
      return 'closing';
    }
    if (line.trim() === '') {
      this.#afterBlank = true;
      return this.#mayGoOn ? undefined : 'blank';
    }
    this.#afterBlank = false;
    const opening = FENCE_OPENING.exec(line);
    if (opening) {
      const marks = opening[1] ?? opening[2] ?? '';
      const indented = line.startsWith(' ');
      const nested =
        !indented && holdsMarkdown(line.slice(marks.length)) ? new NestedFences(marks) : undefined;
      this.#fence = { marks, indented, nested };
      return undefined;
    }
    if (LIST_OR_INDENT.test(line)) this.#mayGoOn = true;
    return HEADING.test(line) ? 'heading' : undefined;
  }

  /** A new block starts with the next line. */
  restart(): void {
    this.#mayGoOn = false;
    this.#afterBlank = false;
  }
}
