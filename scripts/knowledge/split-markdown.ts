/** Splits a Markdown document at its headings into sections with the anchors that its page has. */
import GithubSlugger from 'github-slugger';
import { lexer, type Token, type Tokens } from 'marked';
import { withUnixLines } from '../text-lines.ts';

/** A section as its document has it, before it is indexed. */
export interface DocumentSection {
  /** The heading's anchor; empty for the text before the first section. */
  readonly anchor: string;
  /** The plain text of the heading. */
  readonly heading: string;
  /** Headings above this one, the document's title first. */
  readonly above: readonly string[];
  /** 1 for the text before the first section, else the number of `#`. */
  readonly level: number;
  /** Markdown without the heading. */
  readonly body: string;
  /** Other words in which people ask for it: `<!-- ask: how do I begin; first steps -->` under the heading. */
  readonly asked: string;
  /** What the body says outside and inside of code blocks, for the index. */
  readonly prose: string;
  readonly code: string;
}

/** The line of a document that cannot be used, and why. */
export class BrokenDocument extends Error {
  override readonly name = 'BrokenDocument';
  readonly line: number;

  constructor(reason: string, line: number) {
    super(reason);
    this.line = line;
  }
}

/** Hidden from readers, on GitHub too. */
const ASKED = /^<!--\s*ask:(.*?)-->\s*$/s;

/** A section longer than this is cut between its blocks, so that an answer stays an answer. */
const LONGEST_SECTION = 4_000;
/** Less than this never stands as a portion of its own before others, in characters. */
const SHORTEST_PORTION = 1_000;

/**
 * Splits Markdown into its sections.
 *
 * @param fallbackTitle The title where the document has no `#` heading.
 * @param firstLine The line number at which `markdown` begins in its file.
 * @throws {BrokenDocument} for a code fence that is never closed, or a document without any text.
 */
export function splitMarkdown(markdown: string, fallbackTitle: string, firstLine = 1): DocumentSection[] {
  const slugger = new GithubSlugger();
  const sections: DocumentSection[] = [];
  const above: string[] = [];
  let title = fallbackTitle;
  let current = { anchor: '', heading: title, level: 1, asked: '', blocks: [] as Token[] };
  let line = firstLine;

  const close = () => {
    for (const blocks of cut(current.blocks)) {
      const body = withoutMarks(blocks.map((block) => block.raw).join('')).trim();
      if (body === '') continue;
      sections.push({
        anchor: current.anchor,
        heading: current.heading,
        above: above.slice(0, Math.max(0, current.level - 1)).filter((heading) => heading !== undefined),
        level: current.level,
        asked: current.asked,
        body,
        prose: blocks
          .filter((block) => block.type !== 'code')
          .map(plainText)
          .join('\n'),
        code: blocks
          .filter((block) => block.type === 'code')
          .map(plainText)
          .join('\n'),
      });
    }
  };

  for (const block of lexer(withUnixLines(markdown))) {
    if (block.type === 'code') requireClosedFence(block as Tokens.Code, line);
    if (block.type === 'heading') {
      close();
      const { depth } = block as Tokens.Heading;
      const heading = plainText(block).trim();
      const anchor = slugger.slug(heading);
      const isTitle = depth === 1 && sections.length === 0;
      if (isTitle) title = heading;
      above.length = depth - 1;
      above[depth - 1] = heading;
      if (depth > 1 && above[0] === undefined) above[0] = title;
      current = { anchor: isTitle ? '' : anchor, heading, level: depth, asked: '', blocks: [] };
    } else if (block.type === 'html' && ASKED.test(block.raw)) {
      current.asked += ` ${ASKED.exec(block.raw)?.[1] ?? ''}`;
    } else {
      current.blocks.push(block);
    }
    line += block.raw.split('\n').length - 1;
  }
  close();
  if (sections.length === 0) throw new BrokenDocument('the file has no text', firstLine);
  return sections;
}

function requireClosedFence(block: Tokens.Code, line: number): void {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(block.raw)?.[1];
  if (fence === undefined) return;
  const last = block.raw.trimEnd().split('\n').slice(1).at(-1)?.trim() ?? '';
  if (!last.startsWith(fence))
    throw new BrokenDocument('the code fence that opens here is never closed', line);
}

/** `bash needs=account` tells the tests something; readers are told `bash`. A picture cannot be quoted. */
function withoutMarks(markdown: string): string {
  return markdown.replace(/^(```\w+) needs=\w+$/gm, '$1').replace(/^!\[[^\]]*\]\([^)]*\)\n*/gm, '');
}

/** Blocks in portions of at most LONGEST_SECTION characters; a single longer block stays whole, with what leads to it. */
function cut(blocks: readonly Token[]): Token[][] {
  const portions: Token[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    if (length >= SHORTEST_PORTION && length + block.raw.length > LONGEST_SECTION) {
      portions.push([]);
      length = 0;
    }
    portions.at(-1)?.push(block);
    length += block.raw.length;
  }
  return portions;
}

/** The words of a token without its marks; a link's address and an image's count as nothing. */
export function plainText(token: Token): string {
  if (token.type === 'table') {
    const table = token as Tokens.Table;
    return [table.header, ...table.rows]
      .map((row) => row.map((cell) => cell.tokens.map(plainText).join('')).join(' '))
      .join('\n');
  }
  if (token.type === 'list') {
    return (token as Tokens.List).items.map((item) => item.tokens.map(plainText).join(' ')).join('\n');
  }
  if (token.type === 'html') return '';
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map(plainText).join('');
  if (token.type === 'br' || token.type === 'space') return '\n';
  return 'text' in token ? unescapeHtml(String(token.text)) : '';
}

/** `lexer` leaves text as it was written; only these entities occur in practice. */
function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
