/** Markdown on a terminal, printed as it arrives: what is printed once never has to change. */
import { stripVTControlCharacters } from 'node:util';
import { Lexer, type Token, type Tokens } from 'marked';
import { columns, type Style } from './terminal.ts';

/** What of an unfinished paragraph may still become something else: an open emphasis, code, link or tag. */
const OPENS = /[*`~<]|!?\[|(?<!\w)_/;

/** A line of a paragraph that may yet turn out to begin another block: a list, a heading, a table. */
const BEGINS = /^[^\S\n]*(?:\d+[.)]|[-+*#>|=~`<]|.*\|)/m;

/** Takes pieces of Markdown and writes them styled. */
export class MarkdownWriter {
  readonly #write: (text: string) => void;
  readonly #style: Style;
  /** The source of the block that has not ended yet. */
  #rest = '';
  /** What of that block is written. */
  #printed = '';
  #blocks = 0;

  constructor(write: (text: string) => void, style: Style) {
    this.#write = write;
    this.#style = style;
  }

  /** Takes the next piece, which may be of any length. */
  push(piece: string): void {
    this.#rest += piece;
    // Nothing but a line's end can end a block or an item, and nothing but a space a word.
    if (/\s/.test(piece)) this.#advance(false);
  }

  /** Writes what is left, and ends the last line. */
  end(): void {
    this.#advance(true);
    if (this.#blocks > 0) this.#write('\n');
  }

  #advance(isEnd: boolean): void {
    const tokens = Lexer.lex(this.#rest).filter(({ type }) => type !== 'space');
    const whole = isEnd ? tokens : tokens.slice(0, -1);
    for (const token of whole) {
      this.#print(renderBlock(token, this.#style), true);
      this.#printed = '';
      this.#blocks += 1;
      this.#rest = this.#rest.slice(this.#rest.indexOf(token.raw) + token.raw.length);
    }
    const last = isEnd ? undefined : tokens.at(-1);
    if (last !== undefined) this.#print(renderOpenBlock(last, this.#style), false);
  }

  /** Writes what of a block's text is not written yet. An open block that turned out to be another waits for its end. */
  #print(text: string, isWhole: boolean): void {
    if (text === '') return;
    if (this.#printed === '' && this.#blocks > 0) this.#write('\n\n');
    if (text.startsWith(this.#printed)) {
      this.#write(text.slice(this.#printed.length));
      this.#printed = text;
    } else if (isWhole) {
      const [seen, all] = [stripVTControlCharacters(this.#printed), stripVTControlCharacters(text)];
      let same = 0;
      while (same < seen.length && seen[same] === all[same]) same += 1;
      this.#write(all.slice(same));
    }
  }
}

/** A whole block. */
function renderBlock(token: Token, style: Style): string {
  switch (token.type) {
    case 'heading':
      return style(['bold', 'cyan'], inline(childrenOf(token), style));
    case 'code':
      return codeLines((token as Tokens.Code).text, style);
    case 'list':
      return items(token as Tokens.List, style).join('\n');
    case 'blockquote':
      return childrenOf(token)
        .map((child) => renderBlock(child, style))
        .join('\n')
        .replace(/^/gm, style('dim', '│ '));
    case 'hr':
      return style('dim', '─'.repeat(20));
    case 'table':
      return table(token as Tokens.Table, style);
    case 'paragraph':
    case 'text':
      return inline(childrenOf(token, token.raw), style).trimStart();
    default:
      return token.raw.trimEnd();
  }
}

/** What of a block that goes on is sure already. */
function renderOpenBlock(token: Token, style: Style): string {
  if (token.type === 'code') {
    const lines = (token as Tokens.Code).text.split('\n');
    // The last line may still grow, or be the fence that ends the block.
    return lines.length < 2 ? '' : codeLines(lines.slice(0, -1).join('\n'), style);
  }
  if (token.type === 'list')
    return items(token as Tokens.List, style)
      .slice(0, -1)
      .join('\n');
  if (token.type !== 'paragraph') return '';
  const begins = token.raw.search(BEGINS);
  const raw = begins < 0 ? token.raw : token.raw.slice(0, begins);
  const words = raw.slice(0, Math.max(0, raw.search(/\s+\S*$/))).trimStart();
  const sure: Token[] = [];
  for (const part of Lexer.lexInline(words)) {
    const opens = part.type === 'text' ? part.raw.search(OPENS) : -1;
    if (opens < 0) sure.push(part);
    else {
      const before = part.raw.slice(0, opens).trimEnd();
      sure.push({ type: 'text', raw: before, text: before });
      break;
    }
  }
  return inline(sure, style);
}

function inline(tokens: readonly Token[], style: Style): string {
  return tokens
    .map((token) => {
      switch (token.type) {
        case 'strong':
          return style('bold', inline(childrenOf(token), style));
        case 'em':
          return style('italic', inline(childrenOf(token), style));
        case 'del':
          return style('strikethrough', inline(childrenOf(token), style));
        case 'codespan':
          return style('yellow', (token as Tokens.Codespan).text);
        case 'br':
          return '\n';
        case 'link': {
          const { text, href } = token as Tokens.Link;
          const shown = inline(childrenOf(token), style);
          return text === href ? style('underline', shown) : `${style('underline', shown)} (${href})`;
        }
        case 'image': {
          const { text, href } = token as Tokens.Image;
          return `${text} (${href})`;
        }
        case 'escape':
          return (token as Tokens.Escape).text;
        case 'text':
          return 'tokens' in token ? inline(childrenOf(token), style) : token.raw;
        default:
          return token.raw;
      }
    })
    .join('');
}

function codeLines(text: string, style: Style): string {
  return text
    .split('\n')
    .map((line) => `  ${style('yellow', line)}`)
    .join('\n');
}

function items({ items: all, ordered, start }: Tokens.List, style: Style): string[] {
  return all.map((item, index) => {
    const mark = ordered ? `${Number(start === '' ? 1 : start) + index}.` : '•';
    const box = item.task ? (item.checked === true ? '[x] ' : '[ ] ') : '';
    const body = item.tokens
      .filter(({ type }) => type !== 'space' && type !== 'checkbox')
      .map((child) => renderBlock(child, style))
      .join('\n');
    const indent = ' '.repeat(mark.length + 1);
    return `${style('cyan', mark)} ${box}${body.replaceAll('\n', `\n${indent}`)}`;
  });
}

function table({ header, rows }: Tokens.Table, style: Style): string {
  const plain: Style = (_, text) => text;
  const cells = [header, ...rows].map((row) => row.map((cell) => inline(cell.tokens, plain)));
  const [head = '', ...lines] = columns(cells).split('\n');
  return [style('bold', head), ...lines].join('\n');
}

function childrenOf(token: Token, raw = ''): readonly Token[] {
  if ('tokens' in token && token.tokens !== undefined) return token.tokens;
  return [{ type: 'text', raw, text: raw }];
}
