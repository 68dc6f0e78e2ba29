/** Text to terms: the one tokenizer that both the index's build and every question go through. */
import { stemmer } from 'stemmer';
import { isCjk, isLetter } from './characters.ts';

/** A Latin word or identifier, or a run of Chinese, Japanese or Korean characters. */
export type Token =
  | { readonly kind: 'word'; readonly joined: string; readonly parts: readonly string[] }
  | { readonly kind: 'cjk'; readonly text: string };

/** The marks that hold identifiers together: `REQUIRE_AUTH`, `/v1/chat/completions`, `gpt-3.5-turbo`, `don't`. */
const MARKS = "-_./:'’";
const JOINTS = /[-_./:]+/;
const APOSTROPHES = /['’]/g;
/** `baseURL` is `base` and `URL`; `OpenAI` is `Open` and `AI`. */
const CAMEL = /(?<=[a-z])(?=[A-Z])/;
/** A longer piece is no word of two. */
const LONGEST_CAMEL = 24;

/** The token runs of a text in reading order, lower-cased, full-width forms folded (NFKC). */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let run = '';
  /** Marks that belong to the run if a letter follows. */
  let marks = '';
  let isCharacters = false;
  const end = () => {
    if (run !== '')
      tokens.push(isCharacters ? { kind: 'cjk', text: run } : word(run.replace(APOSTROPHES, '')));
    run = '';
    marks = '';
  };
  for (const character of text.normalize('NFKC')) {
    const cjk = isCjk(character);
    if (cjk || isLetter(character)) {
      if (cjk !== isCharacters) end();
      isCharacters = cjk;
      run += `${run === '' ? '' : marks}${character}`;
      marks = '';
    } else if (run !== '' && !isCharacters && MARKS.includes(character)) {
      marks += character;
    } else {
      end();
    }
  }
  end();
  return tokens;
}

function word(run: string): Token {
  const pieces = run.split(JOINTS);
  const parts = pieces.flatMap((piece) => (piece.length < LONGEST_CAMEL ? piece.split(CAMEL) : [piece]));
  return {
    kind: 'word',
    joined:
      pieces.length === 1 && parts.length === 1 ? stem(run.toLowerCase()) : pieces.join('').toLowerCase(),
    parts: parts.length === 1 ? [] : parts.map((part) => stem(part.toLowerCase())),
  };
}

/** Porter's stem of a plain English word; anything with digits or other letters is left as it is. */
function stem(lower: string): string {
  return lower.length > 3 && /^[a-z]+$/.test(lower) ? stemmer(lower) : lower;
}

/** Pairs of neighbouring characters: the terms of a CJK run. One character alone stands for itself. */
export function bigrams(text: string): string[] {
  const characters = [...text];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

/** Every term a token is indexed under: an identifier as a whole and by its parts, a CJK run by its bigrams. */
export function termsOf(token: Token): readonly string[] {
  if (token.kind === 'cjk') return bigrams(token.text);
  return [token.joined, ...token.parts];
}

/** What a heading says beside the names that it adds: "How do I require a token (REQUIRE_AUTH)?". */
export function withoutParentheses(heading: string): string {
  return heading.replace(/\([^)]*\)|（[^）]*）/g, ' ');
}

/** What names a phrase in the thesaurus: stems in order for words, the characters for CJK. */
export function phraseKey(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'cjk' ? token.text : token.joined)).join(' ');
}
