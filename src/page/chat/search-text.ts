/** How texts are compared when conversations are searched. Pure. */
import { CJK_POINTS } from '../markdown/cjk.ts';

/** Accents of Latin, Greek and Cyrillic letters, and the vowel signs and the stretching that Arabic may leave out. */
const MARKS = /[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g;
/** White space beside Chinese, Japanese or Korean writing: one writes `用 API`, another `用API`. */
const SPACE_BESIDE_CJK = new RegExp(`\\s+(?=[${CJK_POINTS}])|(?<=[${CJK_POINTS}])\\s+`, 'gu');

/** A text in the form in which all ways of writing it are the same: case, width, accents, composition, spaces. */
export function fold(text: string): string {
  return letters(text).replace(SPACE_BESIDE_CJK, '').replace(/\s+/g, ' ');
}

function letters(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').normalize('NFC').toUpperCase().toLowerCase();
}

/** What is sought: the words of a query, each of which has to be found, in any order. */
export function termsOf(query: string): readonly string[] {
  return [...new Set(plainWords(query).split(/\s+/).map(fold).filter(Boolean))];
}

/** An inline link or image: its label, and the address. */
const LINK = /!?\[((?:[^\][\\]|\\.)*)\]\(<?((?:[^()\s<>]|\([^()\s]*\))*)>?(?:\s+"[^"\n]*")?\)/g;

/** The words of a Markdown text as they are read, so that words are found across markup. Addresses come last. */
export function plainWords(markdown: string): string {
  const addresses: string[] = [];
  const words = markdown
    .replace(/^ {0,3}(?:`{3,}|~{3,}).*$/gm, '')
    .replace(LINK, (_, label: string, address: string) => {
      addresses.push(address);
      return label;
    })
    .replace(/^[ \t]*(?:>[ \t]?|#{1,6}[ \t]+|[-+*][ \t]+)*/gm, '')
    .replace(/^[ \t|:-]+$|\|/gm, ' ')
    .replace(/(?<!\\)\*+(?=\S)|(?<=[^\s\\])\*+|~~|`+/g, '')
    .replace(/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');
  return [words, ...addresses].join('\n').trim();
}

/** A stretch of the original, `end` exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A folded text, and what each of its characters was made of. */
export interface FoldedText {
  readonly text: string;
  /** Of each character, what it was made of. */
  readonly origins: readonly Place[];
}

const STARTS_CJK = new RegExp(`^[${CJK_POINTS}]`, 'u');
const ENDS_CJK = new RegExp(`[${CJK_POINTS}]$`, 'u');

/** Folds grapheme by grapheme, so that what is found can be shown in the original and is never half a character. */
export function foldWithOrigins(original: string): FoldedText {
  const origins: Place[] = [];
  let text = '';
  let pending = -1;
  for (const { segment, index } of new Intl.Segmenter().segment(original)) {
    const folded = letters(segment);
    if (folded.trim() === '') {
      if (pending < 0 && folded !== '') pending = index;
      continue;
    }
    if (pending >= 0 && !STARTS_CJK.test(folded) && !ENDS_CJK.test(text)) {
      text += ' ';
      origins.push({ start: pending, end: index });
    }
    pending = -1;
    text += folded;
    for (let count = 0; count < folded.length; count++)
      origins.push({ start: index, end: index + segment.length });
  }
  return { text, origins };
}

/** Everywhere that the terms stand in a text, first to last. */
export function placesOf(original: string, terms: readonly string[]): readonly Place[] {
  const { text, origins } = foldWithOrigins(original);
  const places: Place[] = [];
  for (const term of terms) {
    for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
      const [first, last] = [origins[at], origins[at + term.length - 1]];
      if (first && last) places.push({ start: first.start, end: last.end });
    }
  }
  return places.sort((one, other) => one.start - other.start);
}
