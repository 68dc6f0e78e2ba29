/** A question as the index understands it: the features that it knows, each with how much it asks. */
import { isCjk } from './characters.ts';
import { type Groups, readFeatures } from './features.ts';
import { LEAN_GROUP, STOP_GROUP } from './index-format.ts';
import type { KnowledgeIndex } from './knowledge-index.ts';
import { lex, type Token } from './lex.ts';
import { nearestWords } from './spelling.ts';
import type { Postings } from './string-table.ts';

/** Something that is asked, and which topics it speaks for. */
export interface Sought {
  readonly key: string;
  readonly postings: Postings;
  /** How much it asks: its weight by its rarity. */
  readonly mass: number;
  /** Whether it is a word of the topic, and none of the ways of asking. */
  readonly isWord: boolean;
  /** Whether it is one of the ways of asking. */
  readonly isFiller: boolean;
}

export interface Question {
  readonly sought: readonly Sought[];
  /** The squares of the masses of what no topic knows, summed. */
  readonly unknown: number;
  /** Whether its words lean on what was said before: "and in Python?", "那 Azure 呢". */
  readonly leans: boolean;
}

/** How rare a word that no topic has is taken to be, as a share of the rarest. */
const UNKNOWN = 0.8;
/** Neighbouring characters that no topic has may be the end of one word and the beginning of the next. */
const UNKNOWN_CHARACTERS = 0.5;
/** `ai.example.com` stands for whichever name the asker has. */
const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(['com', 'cn', 'org', 'net', 'io', 'dev', 'app', 'me']);
/** Those that products put behind their names. */
const PRODUCT_ENDINGS: ReadonlySet<string> = new Set(['dev', 'io', 'app']);
const DOMAIN = 'domain name';

/** Takes a question apart. */
export function readQuestion(index: KnowledgeIndex, text: string): Question {
  const { features, leans } = readFeatures(asMeant(index, lex(text)), index.groupsOf, index.begins);
  const sought: Sought[] = [];
  let unknown = 0;
  for (const { key, kind, weight } of features) {
    const postings = index.postings(key);
    if (postings !== undefined) {
      const mass = weight * rarity(index, postings.topics.length);
      sought.push({ key, postings, mass, isWord: kind === 'word', isFiller: kind === 'filler' });
    } else if (kind === 'word') {
      const share = isCjk(key) ? UNKNOWN_CHARACTERS : 1;
      unknown += (weight * share * UNKNOWN * rarity(index, 0)) ** 2;
    }
  }
  return { sought, unknown, leans };
}

/** BM25's inverse topic frequency in its always positive form; everything else is one topic more. */
export function rarity({ topicCount }: Pick<KnowledgeIndex, 'topicCount'>, holders: number): number {
  return Math.log(1 + (topicCount + 1 - holders + 0.5) / (holders + 0.5));
}

type WordToken = Extract<Token, { kind: 'word' }>;

/** The words as the index has them: spelt right, written as one, and a domain for any domain. */
function asMeant(index: KnowledgeIndex, tokens: readonly Token[]): Token[] {
  const isKnown = (word: string) => index.groupsOf(word).length > 0 || index.postings(word) !== undefined;
  const meant: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'word') {
      if (token !== undefined) meant.push(token);
      continue;
    }
    const next = tokens[at + 1];
    const joined = next?.kind === 'word' ? `${token.joined}${next.joined}` : '';
    if (
      next?.kind === 'word' &&
      index.postings(joined) !== undefined &&
      !areEveryday([token, next], index.groupsOf)
    ) {
      meant.push({ kind: 'word', joined, parts: [token.joined, next.joined] });
      at += 1;
    } else if (isKnown(token.joined)) {
      meant.push(token);
    } else if (isDomain(index, token)) {
      meant.push(...lex(DOMAIN));
    } else {
      const [nearest] = nearestWords(index, token.joined);
      meant.push(nearest === undefined ? token : { ...token, joined: nearest });
    }
  }
  return meant;
}

/** "run it" is no `runit`, and "base url" is one word elsewhere. */
function areEveryday(tokens: readonly WordToken[], groupsOf: Groups): boolean {
  return tokens.some(({ joined }) =>
    groupsOf(joined).some((group) => group === STOP_GROUP || group === LEAN_GROUP),
  );
}

/** `ai.example.com` is a domain; `continue.dev` is a product that the guides know by the first part of its name. */
function isDomain(index: KnowledgeIndex, { parts }: WordToken): boolean {
  const [name, ending] = parts;
  if (!TOP_LEVEL_DOMAINS.has(parts.at(-1) ?? '')) return false;
  return !(
    parts.length === 2 &&
    PRODUCT_ENDINGS.has(ending ?? '') &&
    index.postings(name ?? '') !== undefined
  );
}
