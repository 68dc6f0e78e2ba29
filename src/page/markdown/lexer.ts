/**
 * Our dialect of Markdown: GFM with line breaks, maths, and the rules of `inline-rules.ts`, lexed by marked.
 *
 * HTML is text. Block HTML does not exist at all (a line that begins with `<script>` in an explanation would otherwise
 * swallow the rest of the answer); a tag inside a line is one token, so that nothing in it is taken for markup.
 */
import { Hooks, Lexer, type Links, type MarkedToken, type Token, Tokenizer, type Tokens } from 'marked';
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

/** A code block; `open` while its closing fence has not come. */
export type CodeToken = Tokens.Code & { open?: boolean };
/** Every kind of token that the lexer makes. */
export type MarkdownToken = Exclude<MarkedToken, Tokens.Code> | CodeToken | MathsToken;

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

  constructor(links: Links, holdsMaths: boolean) {
    const tokenizer = new DialectTokenizer();
    const hooks = holdsMaths ? new Hooks() : null;
    super({
      gfm: true,
      breaks: true,
      tokenizer,
      hooks,
      extensions: holdsMaths
        ? {
            renderers: {},
            childTokens: {},
            block: [mathsBlock],
            startBlock: [mathsBlockStart],
            inline: [(source) => mathsAt(source, 0) ?? dollarsAt(source)],
          }
        : null,
    });
    if (hooks) hooks.emStrongMask = (masked) => maskMaths(this.#inlineSource, masked);
    tokenizer.rules = { ...tokenizer.rules, inline: inlineRules };
    this.tokens.links = links;
  }

  override blockTokens(source: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: typeof this.tokens, clipped?: boolean): typeof this.tokens;
  override blockTokens(source: string, tokens: Token[] = [], clipped = false): Token[] {
    if (this.#blockDepth >= MAX_BLOCK_DEPTH) {
      tokens.push(...plainLines(source));
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
      tokens.push(...plainLines(source));
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

/**
 * Lexes a stretch of whole blocks.
 * @param source text with `\n` line ends
 * @param links definitions that hold; those found in the text are added
 */
export function lexBlocks(source: string, links: Links): MarkdownToken[] {
  // Every token comes from marked's own set or from the extensions above; marked's type allows any besides.
  return new DialectLexer(links, mayHoldMaths(source)).lex(source) as Token[] as MarkdownToken[];
}
