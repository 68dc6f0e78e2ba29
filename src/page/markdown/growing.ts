/**
 * Fetched with the first answer that arrives: what is shown of a text that is still growing. Its last line may begin a block of one kind and end as another: until
 * that is known, those few characters wait.
 */
import { formulaInProgress } from './growing-maths.ts';
import type { MarkdownToken } from './lexer.ts';

/** A last line that is nothing yet: dashes, hashes, a list's mark, the first half of a fence, a quote's mark. */
const UNDECIDED =
  /(?:^|\n)[ \t]*(?:>[ \t]*)*(?:>[ \t]*(?:\[!?[A-Za-z]{0,9}\]?[ \t]*)?|[-*+_=:|][-*+_=:| \t]*|#{1,6}[ \t]*|\d{1,9}[.)]?[ \t]*|`{1,}[^`\n]*|~{2,}[^~\n]*)$/;
/** A task before its words: without them it is an empty item, and an empty item below a text is the line of a heading. */
const HALF_TASK = /(?:^|\n)[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[(?:[ xX]?|[ xX]\][ \t]*)$/;
/** A heading row of a table without the whole row of dashes below it, which alone makes it one. */
const HALF_TABLE = /(?:^|\n\n|^\n)([ \t]*\|[^\n]*(?:\n[ \t|:-]*)?)$/;
/** A link or an image whose address has not come to its end. */
const HALF_TARGET = /(!?)\[((?:[^[\]\n\\]|\\.)*)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)$/;

/** The first half of a tag that is obeyed, and such a tag that is not closed yet. */
const HALF_TAG = /<\/?(?:s(?:u[bp]?)?|k(?:bd?)?|d(?:e(?:t(?:a(?:i(?:ls?)?)?)?)?)?)?$/i;
const OPEN_TAG = /<(sub|sup|kbd)>[^<`\n]*$/i;

/** The first half of a tag that folds blocks, or of a summary that is not closed, at the start of a line. */
const HALF_DETAILS =
  /(?:^|\n)[ \t]*(?:<\/?(?:d[a-z]*|su?m+[a-z]*|summary)?(?:[ \t][^>\n]{0,40})?|<details[^>\n]{0,40}>[ \t]*\n?[ \t]*(?:<[a-z]{0,7}|<summary>[^\n]{0,500})?)$/i;

function withTagsClosed(source: string): string {
  const line = source.slice(source.lastIndexOf('\n') + 1);
  // A tag in code is no tag.
  if (!line.includes('<') || line.split('`').length % 2 === 0) return source;
  const whole = source.replace(HALF_TAG, '');
  const [, open] = OPEN_TAG.exec(whole) ?? [];
  return open === undefined ? whole : `${whole}</${open}>`;
}

/** The text that can be shown already: never a block that the next characters take back. */
export function shownTail(text: string): string {
  const source = text.slice(0, formulaInProgress(text));
  const held =
    HALF_TABLE.exec(source)?.[1] ??
    (UNDECIDED.exec(source) ?? HALF_TASK.exec(source) ?? HALF_DETAILS.exec(source))?.[0];
  if (held !== undefined)
    return source.slice(0, source.length - held.length + (held.startsWith('\n') ? 1 : 0));
  return withTagsClosed(
    source.replace(HALF_TARGET, (_, image: string, label: string) => (image ? '' : label)),
  );
}

/** A bare address at the very end may go on: it becomes a link when it has come to its end. */
export function withoutHalfLink(tokens: readonly MarkdownToken[]): readonly MarkdownToken[] {
  const last = tokens.at(-1);
  if (!last) return tokens;
  if (last.type === 'text' && !last.tokens && tokens.at(-2)?.type === 'link' && MAY_GO_ON.test(last.raw)) {
    return [...withoutHalfLink(tokens.slice(0, -1)), last];
  }
  const changed = closedAtEnd(last);
  return changed === last ? tokens : [...tokens.slice(0, -1), changed];
}

/** What may follow an address and still be followed by more of it. */
const MAY_GO_ON = /^[!-~]*$/;

function closedAtEnd(token: MarkdownToken): MarkdownToken {
  if (token.type === 'list') {
    const item = token.items.at(-1);
    if (!item) return token;
    const tokens = withoutHalfLink(item.tokens as MarkdownToken[]);
    if (tokens === item.tokens) return token;
    return { ...token, items: [...token.items.slice(0, -1), { ...item, tokens: [...tokens] }] };
  }
  if (token.type === 'table') {
    const row = token.rows.at(-1);
    const cell = row?.findLast(({ text }) => text !== '');
    if (!row || !cell) return token;
    const tokens = withoutHalfLink(cell.tokens as MarkdownToken[]);
    if (tokens === cell.tokens) return token;
    const changed = row.map((each) => (each === cell ? { ...each, tokens: [...tokens] } : each));
    return { ...token, rows: [...token.rows.slice(0, -1), changed] };
  }
  if (token.type === 'link' && token.raw === token.text)
    return { type: 'text', raw: token.raw, text: token.raw };
  if (!('tokens' in token) || !token.tokens || /\n$/.test(token.raw)) return token;
  const inner = token.tokens as readonly MarkdownToken[];
  const tokens = withoutHalfLink(inner);
  return tokens === inner ? token : ({ ...token, tokens } as MarkdownToken);
}

type Lex = (source: string) => readonly MarkdownToken[];

/**
 * What is shown of a long tail between two lexings of it: its last list or table goes on, and is not read again.
 * @param tokens the tail as it was lexed last
 * @param news what has come since
 */
export function withNews(tokens: readonly MarkdownToken[], news: string, lex: Lex): readonly MarkdownToken[] {
  // Empty lines behind a list are a token of their own.
  const gap = tokens.at(-1)?.type === 'space' ? (tokens.at(-1)?.raw ?? '') : '';
  const blocks = gap ? tokens.slice(0, -1) : tokens;
  const last = blocks.at(-1);
  const before = blocks.slice(0, -1);
  if (last?.type === 'list') {
    // The last item is read again with the news: it may still be growing.
    const item = last.items.at(-1)?.raw.trimEnd() ?? '';
    const [first, ...rest] = lex(item + (/\n*$/.exec(last.raw)?.[0] ?? '') + gap + news);
    if (first?.type === 'list') {
      return [...before, { ...last, items: [...last.items.slice(0, -1), ...first.items] }, ...rest];
    }
  }
  if (last?.type === 'table' && !gap) {
    const lines = last.raw.replace(/\n$/, '').split('\n');
    const row = last.rows.length > 0 ? `${lines.at(-1)}${/\n$/.test(last.raw) ? '\n' : ''}` : '';
    const [first, ...rest] = lex(`${lines.slice(0, 2).join('\n')}\n${row}${news}`);
    if (first?.type === 'table') {
      return [...before, { ...last, rows: [...last.rows.slice(0, -1), ...first.rows] }, ...rest];
    }
  }
  return [...tokens, ...lex(news)];
}
