/** A question as the index understands it: concepts, each with the terms that would show that a section is about it. */
import { BROAD_GROUP, FIRST_SYNONYM_GROUP, GENERAL_GROUP, LEAN_GROUP, STOP_GROUP } from './index-format.ts';
import type { KnowledgeIndex } from './knowledge-index.ts';
import { bigrams, lex, phraseKey, type Token, termsOf } from './lex.ts';
import { nearestTerms } from './spelling.ts';

/** Terms that together stand for a concept, and how well they do (1 is the asker's own words). */
export interface Alternative {
  readonly terms: readonly string[];
  readonly weight: number;
}

/** One thing the question is about. */
export interface Concept {
  readonly alternatives: readonly Alternative[];
  /**
   * How much it counts: 1 for a word; less for one of everyday speech, and for neighbouring characters that only may
   * be a word, whose absence says nothing.
   */
  readonly weight: number;
  readonly isWord: boolean;
  /** How much a section that has it shows that the question is within the knowledge, 0 to 1. */
  readonly evidence: number;
}

export interface Question {
  readonly concepts: readonly Concept[];
  /** Whether its words lean on what was said before: "and in Python?", "那 Azure 呢". */
  readonly leans: boolean;
}

/** How well other terms stand for the asker's own: what means the same, the parts of an identifier, the right spelling. */
const SYNONYM = 0.75;
const PARTS_OF_IDENTIFIER = 0.6;
const MISSPELT = 0.8;
/** The weights of what is less than a word of the topic: loose characters, everyday words, words of all programming. */
const MAYBE_WORD = 0.7;
const GENERAL = 0.3;
const BROAD_WEIGHT = 0.6;
/** That a guide has such a word too shows little. */
const BROAD_EVIDENCE = 0.3;
/** `ai.example.com` stands for whichever name the asker has. */
const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(['com', 'cn', 'org', 'net', 'io', 'dev', 'app', 'me']);
/** Those that products put behind their names. */
const PRODUCT_ENDINGS: ReadonlySet<string> = new Set(['dev', 'io', 'app']);
const DOMAIN = 'domain';
const LONGEST_PHRASE_WORDS = 5;
const LONGEST_PHRASE_CHARACTERS = 8;

/** Takes a question apart. */
export function readQuestion(index: KnowledgeIndex, text: string): Question {
  const reader = new QuestionReader(index);
  const tokens = lex(text);
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (token?.kind === 'cjk') {
      reader.readCharacters(token.text);
      at += 1;
    } else {
      at += reader.readWords(tokens, at);
    }
  }
  return { concepts: [...reader.concepts.values()], leans: reader.leans };
}

class QuestionReader {
  /** By their own terms: what is said twice is asked once. */
  readonly concepts = new Map<string, Concept>();
  leans = false;
  readonly #index: KnowledgeIndex;

  constructor(index: KnowledgeIndex) {
    this.#index = index;
  }

  /** Reads the phrase or word at `at`; returns how many tokens it was. */
  readWords(tokens: readonly Token[], at: number): number {
    const run = tokens.slice(at, at + LONGEST_PHRASE_WORDS);
    const words = run.findIndex((token) => token.kind === 'cjk');
    for (let length = words < 0 ? run.length : words; length > 0; length--) {
      const phrase = run.slice(0, length);
      if (this.#readPhrase(phraseKey(phrase), phrase)) return length;
      if (length === 2 && this.#readJoined(phrase)) return 2;
    }
    const token = run[0];
    if (token?.kind === 'word') this.#readWord(token);
    return 1;
  }

  /** Reads a run of Chinese: known phrases first, what lies between them word by word. */
  readCharacters(text: string): void {
    const characters = [...text];
    let gap = '';
    for (let at = 0; at < characters.length; ) {
      let length = Math.min(LONGEST_PHRASE_CHARACTERS, characters.length - at);
      for (; length > 1; length--) {
        const phrase = characters.slice(at, at + length).join('');
        if (this.#index.groupsOf(phrase).length === 0) continue;
        this.#readGap(gap);
        gap = '';
        this.#readPhrase(phrase, [{ kind: 'cjk', text: phrase }]);
        break;
      }
      if (length <= 1) gap += characters[at];
      at += Math.max(1, length);
    }
    this.#readGap(gap);
  }

  /** Characters between known phrases: neighbours that a section has too may be a word, others are one that none has. */
  #readGap(gap: string): void {
    let loose = '';
    for (const character of gap) {
      if (this.#readPhrase(character, [{ kind: 'cjk', text: character }])) {
        this.#readLoose(loose);
        loose = '';
      } else {
        loose += character;
      }
    }
    this.#readLoose(loose);
  }

  #readLoose(loose: string): void {
    if ([...loose].length < 2) return;
    for (const pair of bigrams(loose)) {
      const isWord = this.#index.postings(pair) === undefined;
      this.#add([{ terms: [pair], weight: 1 }], { weight: MAYBE_WORD, isWord });
    }
  }

  #readPhrase(key: string, tokens: readonly Token[]): boolean {
    const groups = [...this.#index.groupsOf(key)];
    if (groups.length === 0) return false;
    if (groups.includes(LEAN_GROUP)) this.leans = true;
    const synonyms = groups.filter((group) => group >= FIRST_SYNONYM_GROUP);
    const general = groups.includes(GENERAL_GROUP);
    const broad = groups.includes(BROAD_GROUP);
    // Words without a topic, and those that only lean, are read and done with.
    if (synonyms.length === 0 && !general && !broad) return true;
    const members = new Set(synonyms.flatMap((group) => this.#index.membersOf(group)));
    members.delete(key);
    this.#add(
      [
        ...(tokens.length > 1
          ? [{ terms: tokens.map(mainTerm), weight: 1 }]
          : tokens.flatMap(ownAlternatives)),
        ...[...members].map((member) => ({ terms: lexKey(member), weight: SYNONYM })),
      ],
      { weight: general ? GENERAL : broad ? BROAD_WEIGHT : 1, evidence: broad ? BROAD_EVIDENCE : 1 },
    );
    return true;
  }

  /** "base url" and "deep seek" are written as one word elsewhere. */
  #readJoined(pair: readonly Token[]): boolean {
    const joined = pair.map((token) => (token.kind === 'word' ? token.joined : '')).join('');
    if (this.#index.postings(joined) === undefined || pair.some((token) => this.#isEveryday(token)))
      return false;
    this.#add([
      { terms: [joined], weight: 1 },
      { terms: pair.map(mainTerm), weight: PARTS_OF_IDENTIFIER },
    ]);
    return true;
  }

  /** "run it" is no `runit`, and "open AI" may be one word. */
  #isEveryday(token: Token): boolean {
    const groups = this.#index.groupsOf(phraseKey([token]));
    return [STOP_GROUP, LEAN_GROUP].some((group) => groups.includes(group));
  }

  #readWord(token: Token & { kind: 'word' }): void {
    const { joined } = token;
    if (joined.length === 1 && !/\d/.test(joined)) return;
    const known = this.#index.postings(joined) !== undefined;
    if (!known && this.#isDomain(token) && this.#readPhrase(DOMAIN, lex(DOMAIN))) return;
    const near = known ? [] : nearestTerms(this.#index, joined);
    // A number that no guide has is an example of the asker's own.
    const weight = !known && /^\d+$/.test(joined) ? GENERAL : 1;
    this.#add([...ownAlternatives(token), ...near.map((term) => ({ terms: [term], weight: MISSPELT }))], {
      weight,
    });
  }

  /** `ai.example.com` is a domain; `continue.dev` is a product that the guides know by the first part of its name. */
  #isDomain({ parts }: Token & { kind: 'word' }): boolean {
    const [name, ending] = parts;
    if (!TOP_LEVEL_DOMAINS.has(parts.at(-1) ?? '')) return false;
    return !(
      parts.length === 2 &&
      PRODUCT_ENDINGS.has(ending ?? '') &&
      this.#index.postings(name ?? '') !== undefined
    );
  }

  #add(alternatives: readonly Alternative[], kind: Partial<Omit<Concept, 'alternatives'>> = {}): void {
    const key = alternatives[0]?.terms.join(' ') ?? '';
    if (this.concepts.has(key)) return;
    this.concepts.set(key, { alternatives, weight: 1, isWord: true, evidence: 1, ...kind });
  }
}

function mainTerm(token: Token): string {
  return token.kind === 'cjk' ? token.text : token.joined;
}

function ownAlternatives(token: Token): Alternative[] {
  if (token.kind === 'cjk') return [{ terms: termsOf(token), weight: 1 }];
  const whole = { terms: [token.joined], weight: 1 };
  return token.parts.length === 0 ? [whole] : [whole, { terms: token.parts, weight: PARTS_OF_IDENTIFIER }];
}

/** The index's terms of a thesaurus key, which is stems and characters already. */
function lexKey(key: string): string[] {
  return key.split(' ').flatMap((piece) => (/\p{sc=Han}/u.test(piece) ? bigrams(piece) : [piece]));
}
