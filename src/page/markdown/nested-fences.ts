/**
 * A block of Markdown whose own fences are as long as those of the blocks in it. By CommonMark it ends with the first
 * block inside it, and the rest falls to pieces. A fence that names a language can only open, so such blocks are counted.
 */

/** Whether a fence's info says that its block is Markdown. */
export function holdsMarkdown(info: string): boolean {
  return /^\s*(?:markdown|md)(?![\w-])/i.test(info);
}

/** Reads the lines of such a block, and tells when it is closed. */
export class NestedFences {
  /** Whether a block inside has been opened. */
  any = false;
  readonly #marks: string;
  #inner: string | undefined;

  /** @param marks the characters of the fence that opens the block */
  constructor(marks: string) {
    this.#marks = marks;
  }

  /** Whether this line closes the block. */
  closes(line: string): boolean {
    const [, marks = '', info = ''] = /^ {0,3}(`{3,}|~{3,})\s*(.*?)\s*$/.exec(line) ?? [];
    if (marks === '') return false;
    if (this.#inner !== undefined) {
      if (info === '' && marks.startsWith(this.#inner)) this.#inner = undefined;
      return false;
    }
    if (info === '') return marks.startsWith(this.#marks);
    if (marks.startsWith('`') && info.includes('`')) return false;
    this.#inner = marks;
    this.any = true;
    return false;
  }
}

/** The block at the start of the text with the blocks inside it; undefined where it has none, or no end of its own. */
export function nestedFences(text: string): string | undefined {
  const opening = /^(`{3,}|~{3,})([^\n]*)\n/.exec(text);
  const [first = '', marks = '', info = ''] = opening ?? [];
  if (first === '' || !holdsMarkdown(info)) return undefined;
  const fences = new NestedFences(marks);
  for (let at = first.length; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    if (fences.closes(text.slice(at, end < 0 ? undefined : end)))
      return fences.any ? text.slice(0, next) : undefined;
    at = next;
  }
  return undefined;
}
