/**
 * Our dialect of Markdown: GFM with line breaks, maths, and the rules of `inline-rules.ts`, lexed by marked.
 *
 * HTML is text. Block HTML does not exist at all (a line that begins with `<script>` in an explanation would otherwise
 * swallow the rest of the answer), but for `<details>`, which folds blocks of ours; a tag inside a line is one token, so
 * that nothing in it is taken for markup.
 */
import { type Hooks, Lexer, type Links, type MarkedToken, type Token, Tokenizer, type Tokens } from 'marked';
import {
  type DefinitionToken,
  definition,
  type FootnoteMark,
  type FootnoteToken,
  footnote,
  footnoteMark,
} from './definitions.ts';
import { type DetailsToken, details } from './details.ts';
import { inlineRules } from './inline-rules.ts';
import {
  dollarsAt,
  type MathsToken,
  maskMaths,
  mathsAt,
  mathsBlock,
  mathsBlockStart,
  mayHoldMaths,
} from './maths-syntax.ts';
import { nestedFences } from './nested-fences.ts';
import { safeLink } from './safe-link.ts';
import { withPlainPipes } from './table-pipes.ts';

/** A code block; `open` while its closing fence has not come. */
export type CodeToken = Tokens.Code & { open?: boolean };
/** Every kind of token that the lexer makes. */
export type MarkdownToken =
  | Exclude<MarkedToken, Tokens.Code | Tokens.Def>
  | CodeToken
  | DetailsToken
  | MathsToken
  | DefinitionToken
  | FootnoteToken
  | FootnoteMark;

/** Quotes and lists inside one another, beyond which a text is shown as it is. */
const MAX_BLOCK_DEPTH = 16;
/** Emphasis and links inside one another, likewise. */
const MAX_INLINE_DEPTH = 16;
/**
 * A paragraph longer than this is read line by line, and a longer line is shown as it is: some markup takes time by the
 * square of its length.
 */
const MAX_INLINE_LENGTH = 16_384;

class DialectTokenizer extends Tokenizer {
  /** Links that text uses, by their label: a definition that none uses is shown. */
  readonly used = new Set<string>();

  override reflink(source: string, links: Links): ReturnType<Tokenizer['reflink']> {
    const watched = new Proxy(links, {
      get: (known, label: string) => {
        if (label in known) this.used.add(label);
        return known[label];
      },
    });
    return super.reflink(source, watched);
  }

  /** `[^1]:` is a footnote: marked takes it for the definition of a link. */
  override def(source: string): Tokens.Def | undefined {
    return /^ {0,3}\[\^/.test(source) ? undefined : super.def(source);
  }

  /** A pipe inside code or maths is no edge of a cell, and what stands in surplus cells is kept in the last one. */
  override table(source: string): Tokens.Table | undefined {
    const raw = this.rules.block.table.exec(source)?.[0];
    if (raw === undefined) return undefined;
    const token = super.table(withPlainPipes(raw));
    return token && { ...token, raw };
  }

  /** In a block of Markdown, fences that name a language open blocks inside it. */
  override fences(source: string): Tokens.Code | undefined {
    const raw = nestedFences(source);
    if (raw === undefined) return super.fences(source);
    const lines = raw.replace(/\n$/, '').split('\n');
    return { type: 'code', raw, lang: 'markdown', text: lines.slice(1, -1).join('\n') };
  }

  override html(): undefined {
    return undefined;
  }

  /** marked also notes here whether a link or a `<pre>` is open, which for text means nothing. */
  override tag(source: string): Tokens.Tag | undefined {
    const raw = source.startsWith('<') ? this.rules.inline.tag.exec(source)?.[0] : undefined;
    if (raw === undefined) return undefined;
    return { type: 'html', raw, text: raw, block: false, inLink: false, inRawBlock: false };
  }
}

/** Bounds the depth: marked recurses, and every level reads its text again. */
class DialectLexer extends Lexer {
  #blockDepth = 0;
  #inlineDepth = 0;
  #inlineSource = '';

  constructor(links: Links, holdsMaths: boolean, notes: Notes) {
    const tokenizer = new DialectTokenizer();
    notes.tokenizers.push(tokenizer);
    // marked's own `Hooks` would bring its renderer along; of them the lexer calls this one alone.
    const hooks: Pick<Hooks, 'emStrongMask'> | null = holdsMaths
      ? { emStrongMask: (masked) => maskMaths(this.#inlineSource, masked) }
      : null;
    super({
      gfm: true,
      breaks: true,
      tokenizer,
      hooks: hooks as Hooks | null,
      extensions: {
        renderers: {},
        childTokens: {},
        block: [
          (source, tokens) => footnote(this, source) ?? definition(this, source, tokens, notes),
          (source) => details(this, source),
          ...(holdsMaths ? [mathsBlock] : []),
        ],
        ...(holdsMaths && { startBlock: [mathsBlockStart] }),
        inline: [
          (source) => footnoteMark(source, this.tokens.links),
          ...(holdsMaths ? [(source: string) => mathsAt(source, 0) ?? dollarsAt(source)] : []),
        ],
      },
    });
    tokenizer.rules = { ...tokenizer.rules, inline: inlineRules };
    this.tokens.links = links;
  }

  override blockTokens(source: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: typeof this.tokens, clipped?: boolean): typeof this.tokens;
  override blockTokens(source: string, tokens: Token[] = [], clipped = false): Token[] {
    if (this.#blockDepth >= MAX_BLOCK_DEPTH) {
      for (const token of plainLines(source)) tokens.push(token);
      this.state.top = true;
      return tokens;
    }
    this.#blockDepth++;
    super.blockTokens(source, tokens, clipped);
    this.#blockDepth--;
    return tokens;
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    const tooLong = source.length > MAX_INLINE_LENGTH;
    if (tooLong && source.includes('\n')) {
      source.split('\n').forEach((line, index) => {
        if (index > 0) tokens.push({ type: 'br', raw: '\n' });
        this.inlineTokens(line, tokens);
      });
      return tokens;
    }
    if (tooLong || this.#inlineDepth >= MAX_INLINE_DEPTH) {
      for (const token of plainLines(source)) tokens.push(token);
      return tokens;
    }
    this.#inlineDepth++;
    this.#inlineSource = source;
    super.inlineTokens(source, tokens);
    this.#inlineDepth--;
    return tokens;
  }
}

/** Text as it is written, with its line breaks. */
function plainLines(source: string): Token[] {
  return source.split('\n').flatMap((line, index): Token[] => {
    const text = { type: 'text', raw: line, text: line };
    return index > 0 ? [{ type: 'br', raw: '\n' }, text] : [text];
  });
}

/** A new, empty collection of link definitions (`[label]: address`). It has no prototype, as marked expects. */
export function noLinks(known?: Links): Links {
  return Object.assign(Object.create(null), known);
}

/** What is learnt of links and their definitions while texts are lexed. */
export interface Notes {
  readonly definitions: DefinitionToken[];
  readonly tokenizers: { readonly used: ReadonlySet<string> }[];
}

export function noNotes(): Notes {
  return { definitions: [], tokenizers: [] };
}

/** Once all of a text is lexed: definitions that led to no link are shown, for nothing else shows their words. */
export function showUnused({ definitions, tokenizers }: Notes): void {
  for (const definition of definitions) {
    const used = definition.first && tokenizers.some((tokenizer) => tokenizer.used.has(definition.tag));
    definition.shown = !used || safeLink(definition.href) === undefined;
  }
}

/**
 * Lexes a stretch of whole blocks.
 * @param source text with `\n` line ends
 * @param links definitions that hold; those found in the text are added
 */
export function lexBlocks(source: string, links: Links, notes = noNotes()): MarkdownToken[] {
  // Every token comes from marked's own set or from the extensions above; marked's type allows any besides.
  return new DialectLexer(links, mayHoldMaths(source), notes).lex(source) as Token[] as MarkdownToken[];
}
