/**
 * Markdown that grows. Blocks that nothing can change any more are lexed once and frozen; only the tail behind them is
 * lexed again with every update. Where the text is frozen depends on the text alone, never on how it was cut into
 * updates, so that any chunking ends in the same tokens.
 */
import type { Links } from 'marked';
import { type BlockEnd, BlockEnds } from './block-ends.ts';
import { lexBlocks, type MarkdownToken, noLinks, noNotes, showUnused } from './lexer.ts';

/** The whole text as blocks: each entry of `frozen` keeps its identity and place for as long as it stays the same. */
export type LiveBlocks = {
  frozen: readonly (readonly MarkdownToken[])[];
  tail: readonly MarkdownToken[];
};

/** A tail up to this many characters is lexed with every update. */
const EAGER_TAIL = 32_768;
/** A longer one only when it has grown by one part in so many; until then what came since is lexed beside it. */
const LAZY_GROWTH = 16;

/** What makes the states in between calm; without it they are what the text so far would be if it ended here. */
let growing: typeof import('./growing.ts') | undefined;

export async function loadGrowing(): Promise<void> {
  growing ??= await import('./growing.ts');
}

export class LiveMarkdown {
  /** Characters given to the lexer so far: what the work is measured by. */
  lexedCharacters = 0;

  #given = '';
  #taken = 0;
  /** All text taken so far, with `\n` line ends. */
  #text = '';
  #segments: { source: string; tokens: readonly MarkdownToken[] }[] = [];
  #links: Links = noLinks();
  #ends = new BlockEnds();
  /** Where in `#text` the tail starts, where its first unread line does, and where an open code block's text does. */
  #start = 0;
  #line = 0;
  #codeStart = -1;
  /** Whether there has been nothing but empty lines since `#start`. */
  #blank = true;
  /** After a refused freeze the tail must double before the next try, which keeps all tries together linear. */
  #retryAt = 0;
  #lexedTail: { start: number; source: string; tokens: readonly MarkdownToken[] } | undefined;

  /**
   * @param text all of the text so far; one that does not continue the last starts afresh
   * @param finished whether it is complete for now. Definitions of links then reach back to the blocks before them.
   *   Text may still be added later
   */
  update(text: string, finished: boolean): LiveBlocks {
    if (!text.startsWith(this.#given)) this.#reset();
    this.#given = text;

    // Half a character or half a line end waits for the other half.
    const whole = /[\r\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
    this.#text += unixLines(text.slice(this.#taken, whole));
    this.#taken = whole;
    this.#freeze();

    if (!finished) return { frozen: this.#segments.map((s) => s.tokens), tail: this.#liveTail() };
    return this.#complete(unixLines(text.slice(whole)));
  }

  #reset(): void {
    this.#taken = 0;
    this.#text = '';
    this.#segments = [];
    this.#links = noLinks();
    this.#ends = new BlockEnds();
    this.#start = 0;
    this.#line = 0;
    this.#codeStart = -1;
    this.#blank = true;
    this.#retryAt = 0;
    this.#lexedTail = undefined;
  }

  #freeze(): void {
    for (;;) {
      const end = this.#text.indexOf('\n', this.#line);
      const line = this.#text.slice(this.#line, end < 0 ? undefined : end);
      if (line !== '') {
        const before = this.#ends.before(line, end >= 0);
        if (before) this.#freezeUpTo(this.#line, before);
      }
      if (end < 0) return;
      const wasInFence = this.#ends.inFence;
      const after = this.#ends.take(line);
      this.#line = end + 1;
      if (!this.#ends.inFence) this.#codeStart = -1;
      else if (!wasInFence && this.#blank && !line.startsWith(' ')) this.#codeStart = this.#line;
      if (line.trim() !== '') this.#blank = false;
      if (after) this.#freezeUpTo(this.#line, after);
    }
  }

  #freezeUpTo(end: number, why: BlockEnd): void {
    const source = this.#text.slice(this.#start, end);
    if (this.#blank || source.length < this.#retryAt) return;
    const links = noLinks(this.#links);
    const tokens = this.#lex(source, links);
    if (!isClosed(tokens, why)) {
      this.#retryAt = source.length * 2;
      return;
    }
    this.#segments.push({ source, tokens });
    this.#links = links;
    this.#start = end;
    this.#blank = true;
    this.#retryAt = 0;
    this.#ends.restart();
  }

  #lex(source: string, links: Links, notes = noNotes()): readonly MarkdownToken[] {
    this.lexedCharacters += source.length;
    return lexBlocks(source, links, notes);
  }

  #liveTail(): readonly MarkdownToken[] {
    if (this.#codeStart >= 0) return [this.#openCode()];
    const tail = this.#text.slice(this.#start);
    return this.#lexed(growing?.shownTail(tail) ?? tail);
  }

  /** The tail as tokens; what was lexed last is known. */
  #lexed(source: string): readonly MarkdownToken[] {
    const last = this.#lexedTail;
    const grown = last?.start === this.#start && source.startsWith(last.source);
    if (grown && source.length > EAGER_TAIL) {
      const news = source.slice(last.source.length);
      if (news.length * LAZY_GROWTH < source.length) {
        const lex = (text: string) => this.#lex(text, noLinks(this.#links));
        return growing?.withoutHalfLink(growing.withNews(last.tokens, news, lex)) ?? last.tokens;
      }
    }
    if (!grown || last.source !== source) {
      this.#lexedTail = { start: this.#start, source, tokens: this.#lex(source, noLinks(this.#links)) };
    }
    const tokens = this.#lexedTail?.tokens ?? [];
    return growing?.withoutHalfLink(tokens) ?? tokens;
  }

  /** The tail is one code block that is still open: its text is what stands there, and needs no lexing. */
  #openCode(): MarkdownToken {
    const [, lang = ''] = /^\s*[`~]+([^\n]*)/.exec(this.#text.slice(this.#start, this.#codeStart)) ?? [];
    const body = this.#text.slice(this.#codeStart);
    // A last line of fence characters alone is most likely the first half of the closing fence.
    const lastLine = body.lastIndexOf('\n') + 1;
    const text = /^ {0,3}(?:`+|~+)?$/.test(body.slice(lastLine))
      ? body.slice(0, Math.max(lastLine - 1, 0))
      : body;
    return { type: 'code', raw: '', lang: lang.trim(), text, open: true };
  }

  /** All blocks under all definitions of the text, with `rest` as the very end of it. */
  #complete(rest: string): LiveBlocks {
    const source = this.#text.slice(this.#start) + rest;
    const links = noLinks(this.#links);
    let tail = this.#lex(source, links);
    if (Object.keys(links).length > 0) {
      const notes = noNotes();
      const relex = (text: string) => this.#lex(text, noLinks(links), notes);
      for (const segment of this.#segments) {
        if (segment.source.includes('[')) segment.tokens = relex(segment.source);
      }
      if (source.includes('[')) tail = relex(source);
      showUnused(notes);
    }
    this.#lexedTail = undefined;
    return { frozen: this.#segments.map((s) => s.tokens), tail };
  }
}

function unixLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Whether nothing that follows can change these blocks, given why they may end here. */
function isClosed(tokens: readonly MarkdownToken[], why: BlockEnd): boolean {
  const last = tokens.findLast((token) => token.type !== 'space');
  if (!last || (last.type === 'details' && !last.closed)) return false;
  const fenced = last.type === 'code' && last.codeBlockStyle === undefined;
  if (fenced) return /^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:[\s\S]*\n)? {0,3}\1[`~]* *\n*$/.test(last.raw);
  switch (why) {
    case 'closing':
      return false;
    case 'heading':
      return last.type === 'heading';
    case 'blank':
      return last.type !== 'list' && last.type !== 'code';
    case 'flush':
    case 'opening':
      return true;
  }
}
