/** What a text says, as features: the one reader of both the index's build and every question. */
import { FIRST_SYNONYM_GROUP, LEAN_GROUP, STOP_GROUP, WORDS_MARK } from './index-format.ts';
import { lex, phraseKey, type Token, withoutParentheses } from './lex.ts';

/** How much a feature of a kind counts. */
const WEIGHTS = {
  /** A word of the topic, or a pair of neighbouring Chinese characters. */
  word: 1,
  /** Neighbouring characters of which one belongs to a phrase without a topic. */
  border: 0.6,
  /** A group of the thesaurus that one of its phrases stands for. */
  group: 1,
  /** Two neighbouring words. */
  pair: 0.5,
  character: 0.5,
  /** A word without a topic: the way of asking says something too. */
  filler: 0.5,
} as const;
export type FeatureKind = keyof typeof WEIGHTS;

export interface Feature {
  /** A stem, characters, two stems, or the key of a group: what the index lists it under. */
  readonly key: string;
  readonly kind: FeatureKind;
  /** By its kind, and by how often it is said. */
  readonly weight: number;
}

/** The features of a text. */
export interface Reading {
  readonly features: readonly Feature[];
  /** Whether it leans on what was said before: "and in Python?", "那 Azure 呢". */
  readonly leans: boolean;
}

/** The groups of the thesaurus that a phrase stands in. */
export type Groups = (phrase: string) => readonly number[];
/** Whether any phrase of the thesaurus may begin so: where none does, no longer one is looked up. */
export type Begins = (text: string) => boolean;

const LONGEST_PHRASE_WORDS = 5;
const LONGEST_PHRASE_CHARACTERS = 8;

/** What the index lists a group of the thesaurus under; no word begins so. */
export function groupKey(group: number): string {
  return `=${group}`;
}

/** Reads a text that was taken apart by `lex`. */
export function readFeatures(
  tokens: readonly Token[],
  groupsOf: Groups,
  begins: Begins = () => true,
): Reading {
  const counts = new Map<string, { kind: FeatureKind; count: number }>();
  let leans = false;
  const add = (key: string, kind: FeatureKind) => {
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { kind, count: 1 });
    else known.count += 1;
  };
  const addPhrase = (phrase: string): readonly number[] => {
    const groups = groupsOf(phrase);
    for (const group of groups) {
      if (group >= FIRST_SYNONYM_GROUP) add(groupKey(group), 'group');
      else if (group === LEAN_GROUP) leans = true;
    }
    return groups;
  };
  const isStop = (phrase: string) => groupsOf(phrase).includes(STOP_GROUP);
  const addWord = (word: string) => add(word, isStop(word) ? 'filler' : 'word');
  const keys = tokens.map((token) => phraseKey([token]));
  for (const [at, token] of tokens.entries()) {
    let phrase = '';
    for (const key of keys.slice(at, at + LONGEST_PHRASE_WORDS)) {
      phrase += key;
      addPhrase(phrase);
      phrase += ' ';
      if (!begins(phrase)) break;
    }
    if (token.kind === 'word') {
      addWord(token.joined);
      for (const part of token.parts) addWord(part);
      if (tokens[at + 1]?.kind === 'word') add(`${token.joined} ${keys[at + 1]}`, 'pair');
    } else {
      const characters = [...token.text];
      const isFiller = characters.map(isStop);
      for (const [from, character] of characters.entries()) {
        if (characters.length > 1 && groupsOf(character).includes(LEAN_GROUP)) leans = true;
        for (let length = 2; length <= LONGEST_PHRASE_CHARACTERS; length++) {
          if (from + length > characters.length || length === characters.length) break;
          const phrase = characters.slice(from, from + length).join('');
          if (!begins(phrase)) break;
          const groups = addPhrase(phrase);
          if (groups.includes(STOP_GROUP)) isFiller.fill(true, from, from + length);
        }
      }
      for (const [at, character] of characters.entries())
        add(character, isFiller[at] ? 'filler' : 'character');
      // Two neighbours are a word of the topic where neither belongs to a phrase without one.
      for (let at = 0; at + 1 < characters.length; at++) {
        const pair = `${characters[at]}${characters[at + 1]}`;
        const isBorder = isFiller[at] || isFiller[at + 1];
        add(pair, isStop(pair) ? 'filler' : isBorder ? 'border' : 'word');
      }
    }
  }
  const features = [...counts].map(([key, { kind, count }]) => ({
    key,
    kind,
    weight: WEIGHTS[kind] * (1 + Math.log(count)),
  }));
  return { features, leans };
}

/** The words that a heading is about, parentheses left out. */
export function headingWords(heading: string, groupsOf: Groups, begins?: Begins): ReadonlySet<string> {
  const { features } = readFeatures(lex(withoutParentheses(heading)), groupsOf, begins);
  return new Set(features.filter(({ kind }) => kind === 'word').map(({ key }) => key));
}

/** A few bits of a hash of words in any order: the same words have the same, and others mostly not. */
export function wordsMark(words: ReadonlySet<string>): number {
  let sum = 0;
  for (const word of words) {
    let hash = 0;
    for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, 31) + word.charCodeAt(at)) | 0;
    sum += hash ^ (hash >>> 16);
  }
  return sum & WORDS_MARK;
}
