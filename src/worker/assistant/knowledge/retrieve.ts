/** From a conversation to the sections that answer its last question, and whether they do. */
import { isCjk, isKanaOrHangul } from './characters.ts';
import { headingWords, readFeatures, wordsMark } from './features.ts';
import type { KnowledgeIndex, Language } from './knowledge-index.ts';
import { lex } from './lex.ts';
import { type Question, readQuestion } from './question.ts';
import { type Hit, type Ranking, search } from './search.ts';

export interface Retrieval {
  /** The last question, as much of it as is read. */
  readonly question: string;
  readonly language: Language;
  /** The best sections, best first, whether or not the question is within the knowledge. */
  readonly hits: readonly Hit[];
  /** Whether the knowledge answers the question. */
  readonly inScope: boolean;
  /** The sections that may answer a question that none surely does, best first. */
  readonly possible: readonly Hit[];
  /** How many things that were asked for a text speaks of. */
  speaksOf(text: string): number;
}

/** What the previous question adds to one that leans on it. */
const PREVIOUS = 0.4;
/** A question with no more concepts than this may lean on the one before without saying so. */
const SHORT = 1;
/** Of a longer question this much of its beginning and of its end is read, in characters. */
const READ_LENGTH = 1_000;
const HITS = 8;
/** How many sections may answer a question that none surely does. */
const MOST_POSSIBLE = 3;
/**
 * What speaks for the best section being an answer, fitted by logistic regression on the tuned and the development
 * questions of eval/, and on those beside the guides, each asked of an index without it, and of one without its section.
 */
const CONFIDENCE = { odds: 0.74, elsewhere: 0.22, coverage: 0.9, strength: 0.17 } as const;
const LEAST_CONFIDENCE = 1.7;
/** Below it, or where something else was so likely asked about, no section comes near. */
const LEAST_NEARNESS = -0.5;
const SURELY_ELSEWHERE = 0.99;
/** A question that leans on the one before is less sure by its own words. */
const LEANING = 1;
const MOST_STRENGTH = 12;
/** Commands that delete or overwrite are shown only to somebody who surely asks for them. */
const LEAST_CONFIDENCE_TO_DESTROY = 2.2;

/** @param questions What the asker said, oldest first; the last one is to be answered. */
export function retrieve(index: KnowledgeIndex, questions: readonly string[]): Retrieval {
  const last = readablePart(questions.at(-1) ?? '');
  const before = questions.at(-2);
  const language = languageOf(last);
  const question = readQuestion(index, last);
  const shares = [{ question, share: 1 }];
  const leans = before !== undefined && leansOn(question);
  if (leans) {
    shares.push({ question: readQuestion(index, readablePart(before)), share: PREVIOUS });
  }
  // What leans on a topic of the knowledge stays within it.
  const ranking = namedFirst(index, search(index, shares, language, HITS, !leans), question);
  const asked = new Set(shares.flatMap((share) => share.question.sought.map(({ key }) => key)));
  return {
    question: last,
    language,
    hits: ranking.hits,
    inScope: isInScope(index, ranking, leans),
    possible: isPossible(ranking) ? ranking.hits.slice(0, MOST_POSSIBLE) : [],
    speaksOf: (text) =>
      readFeatures(lex(text), index.groupsOf, index.begins).features.filter(({ key }) => asked.has(key))
        .length,
  };
}

/** A heading that says just what is asked, its parentheses left out, comes before all that is near it. */
function namedFirst(index: KnowledgeIndex, ranking: Ranking, { sought, unknown }: Question): Ranking {
  const asked = new Set(sought.filter(({ isWord }) => isWord).map(({ key }) => key));
  if (asked.size === 0 || unknown > 0) return ranking;
  const best = ranking.hits[0];
  const mark = wordsMark(asked);
  const named = ranking.hits.find(({ section }) => {
    if (index.headingMark(section) !== mark) return false;
    const words = headingWords(index.heading(section), index.groupsOf, index.begins);
    return words.size === asked.size && [...words].every((word) => asked.has(word));
  });
  if (named === undefined || best === undefined || named === best) return ranking;
  const rest = ranking.hits.filter((hit) => hit !== named);
  return { ...ranking, hits: [{ ...named, probability: best.probability }, ...rest] };
}

/** A question leans by its words, or because it says next to nothing by itself. */
function leansOn({ leans, sought, unknown }: Question): boolean {
  const words = sought.filter(({ isWord }) => isWord).length;
  return leans || (words <= SHORT && unknown === 0);
}

/** In a long pasted text the question stands at its beginning or at its end. */
function readablePart(text: string): string {
  return text.length <= 2 * READ_LENGTH ? text : `${text.slice(0, READ_LENGTH)} ${text.slice(-READ_LENGTH)}`;
}

function isInScope(index: KnowledgeIndex, ranking: Ranking, leans: boolean): boolean {
  const [best] = ranking.hits;
  if (best === undefined) return false;
  const least = index.isDestructive(best.section) ? LEAST_CONFIDENCE_TO_DESTROY : LEAST_CONFIDENCE;
  return confidence(ranking) >= least - (leans ? LEANING : 0);
}

/**
 * How sure it is that the best section answers, in logits but for a constant. A rival within the knowledge counts more
 * against it than something else does.
 */
function confidence({ hits, elsewhere, strength }: Ranking): number {
  const { probability = 0, coverage = 0 } = hits[0] ?? {};
  return (
    CONFIDENCE.odds * logit(probability) +
    CONFIDENCE.elsewhere * logit(elsewhere) +
    CONFIDENCE.coverage * coverage +
    CONFIDENCE.strength * Math.min(strength, MOST_STRENGTH)
  );
}

/** The odds of a probability in logits; those next to certainty all count alike. */
function logit(probability: number): number {
  return Math.log((probability + 0.01) / (1.01 - probability));
}

function isPossible(ranking: Ranking): boolean {
  return ranking.elsewhere < SURELY_ELSEWHERE && confidence(ranking) >= LEAST_NEARNESS;
}

/** Chinese as soon as there are Han characters in it (many questions name English things), else English. */
export function languageOf(text: string): Language {
  const characters = [...text].filter(isCjk);
  return characters.length > 0 && !characters.some(isKanaOrHangul) ? 'zh' : 'en';
}
