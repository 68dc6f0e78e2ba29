/** From a conversation to the sections that answer its last question, and whether they do. */
import type { KnowledgeIndex, Language } from './knowledge-index.ts';
import { type Concept, type Question, readQuestion } from './question.ts';
import { type Hit, search, type WeightedConcept } from './search.ts';

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
  /** The terms that were looked for, synonyms included. */
  readonly terms: ReadonlySet<string>;
}

/** What the previous question adds to one that leans on it. */
const PREVIOUS = 0.6;
/** A question with no more concepts than this may lean on the one before without saying so. */
const SHORT = 1;
/** Of a longer question this much of its beginning and of its end is read, in characters. */
const READ_LENGTH = 1_000;
const HITS = 8;
/** From this score on a section may answer the question, and so many of these are shown. */
const POSSIBLE = 0.4;
const MOST_POSSIBLE = 3;
/**
 * What speaks for the best section being an answer, fitted by logistic regression on the tuned questions of eval/ and on a sixth
 * of those beside the guides, left out of the index: below `LEAST_CONFIDENCE` it is about something else. `lead` is how far it is
 * ahead of the second: where two come equally near, both are shown and neither is claimed.
 */
const CONFIDENCE = { score: 1.3, coverage: 4.4, mass: 1, lead: 6.7 } as const;
const LEAST_CONFIDENCE = 5.8;
const MOST_LEAD = 0.5;
const MOST_MASS = 1.5;
/** Commands that delete or overwrite are shown only to somebody who surely asks for them. */
const DESTRUCTIVE =
  /\b(?:rm -\w*[rf]|wrangler (?:delete|rollback)|reset --hard|push --force|drop (?:table|database)|docker \w+ (?:rm|prune))\b/i;
const LEAST_CONFIDENCE_TO_DESTROY = 7.4;
/** A question of everyday words alone asks for nothing that could be found. */
const LEAST_MASS = 0.19;

/** @param questions What the asker said, oldest first; the last one is to be answered. */
export function retrieve(index: KnowledgeIndex, questions: readonly string[]): Retrieval {
  const last = readablePart(questions.at(-1) ?? '');
  const before = questions.at(-2);
  const language = languageOf(last);
  const question = readQuestion(index, last);
  const leans = before !== undefined && leansOn(index, question);
  // What leans on a topic stays with it, however broad its own words are.
  const concepts: WeightedConcept[] = question.concepts.map((concept) => ({
    concept: leans ? { ...concept, evidence: 1 } : concept,
    factor: 1,
  }));
  if (leans) {
    for (const concept of readQuestion(index, readablePart(before)).concepts) {
      concepts.push({ concept, factor: PREVIOUS });
    }
  }
  const hits = search(index, concepts, language, HITS);
  const terms = concepts.flatMap(({ concept }) => concept.alternatives.flatMap((each) => each.terms));
  return {
    question: last,
    language,
    hits,
    inScope: isInScope(index, hits),
    possible: hits.filter(({ score }) => score >= POSSIBLE).slice(0, MOST_POSSIBLE),
    terms: new Set(terms),
  };
}

/** A question leans by its words, or because it says next to nothing by itself. */
function leansOn(index: KnowledgeIndex, { leans, concepts }: Question): boolean {
  const words = concepts.filter(({ isWord }) => isWord);
  if (leans || words.length === 0) return true;
  return words.length <= SHORT && words.every((concept) => isKnown(index, concept));
}

function isKnown(index: KnowledgeIndex, { alternatives }: Concept): boolean {
  return alternatives.some(({ terms }) => terms.some((term) => index.postings(term) !== undefined));
}

/** In a long pasted text the question stands at its beginning or at its end. */
function readablePart(text: string): string {
  return text.length <= 2 * READ_LENGTH ? text : `${text.slice(0, READ_LENGTH)} ${text.slice(-READ_LENGTH)}`;
}

function isInScope(index: KnowledgeIndex, [best, second]: readonly Hit[]): boolean {
  if (best === undefined || best.mass < LEAST_MASS) return false;
  const least = DESTRUCTIVE.test(index.section(best.section).body)
    ? LEAST_CONFIDENCE_TO_DESTROY
    : LEAST_CONFIDENCE;
  return confidence(best, best.score - (second?.score ?? 0)) >= least;
}

function confidence({ score, coverage, mass }: Hit, lead: number): number {
  return (
    CONFIDENCE.score * score +
    CONFIDENCE.coverage * coverage +
    CONFIDENCE.mass * Math.min(mass, MOST_MASS) +
    CONFIDENCE.lead * Math.min(lead, MOST_LEAD)
  );
}

const HAN = /\p{sc=Han}/gu;
const KANA_OR_HANGUL = /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** Chinese as soon as there are Han characters in it (many questions name English things), else English. */
export function languageOf(text: string): Language {
  return !KANA_OR_HANGUL.test(text) && (text.match(HAN)?.length ?? 0) > 0 ? 'zh' : 'en';
}
