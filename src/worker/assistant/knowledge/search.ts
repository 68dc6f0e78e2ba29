/** Ranks topics for a question: what it says speaks for each with the strengths that the build has fitted. */
import { IMPACT_UNIT } from './index-format.ts';
import type { KnowledgeIndex, Language } from './knowledge-index.ts';
import type { Question, Sought } from './question.ts';

/** A topic that fits, best first. */
export interface Hit {
  readonly topic: number;
  /** Its section in the asker's language, where there is one. */
  readonly section: number;
  /** How likely it is what was asked about, among all that fits and everything else, 0 to 1. */
  readonly probability: number;
  /** The share of what was asked that speaks for the topic, 0 to 1. */
  readonly coverage: number;
}

export interface Ranking {
  /** Best first. */
  readonly hits: readonly Hit[];
  /** How strongly all that was asked speaks for the best topic, in logits. */
  readonly strength: number;
  /** How likely it is that something else was asked about, 0 to 1. */
  readonly elsewhere: number;
}

/** So much of a question as is asked: all of it (1), or what was said before it (less). */
export interface Share {
  readonly question: Question;
  readonly share: number;
}

/** So many topics share the probability; the rest have next to nothing of it. */
const RIVALS = 16;

/**
 * The best `limit` topics.
 * @param mayBeElsewhere Whether the question may be about something else than what is known.
 */
export function search(
  index: KnowledgeIndex,
  shares: readonly Share[],
  language: Language,
  limit: number,
  mayBeElsewhere = true,
): Ranking {
  const sought = shares.flatMap(({ question, share }) =>
    question.sought.map((each) => ({ ...each, mass: each.mass * share })),
  );
  const knownSquare = sought.reduce((sum, { mass }) => sum + mass ** 2, 0);
  const unknownSquare = shares.reduce((sum, { question, share }) => sum + question.unknown * share ** 2, 0);
  const square = knownSquare + unknownSquare;
  const said = sought.reduce((sum, { mass, isFiller }) => sum + (isFiller ? 0 : mass ** 2), unknownSquare);
  if (said === unknownSquare) return { hits: [], strength: 0, elsewhere: 0 };
  const { strengths, covered } = weigh(index, sought, Math.sqrt(square));
  const best = strongest(
    strengths,
    (topic) => (covered[topic] ?? 0) > 0 && (mayBeElsewhere || topic < index.topicCount),
  );
  const odds = best.map((topic) => Math.exp((strengths[topic] ?? 0) - (strengths[best[0] ?? 0] ?? 0)));
  const total = odds.reduce((sum, each) => sum + each, 0);
  const hits = best.map((topic, at) => ({
    topic,
    probability: (odds[at] ?? 0) / total,
    coverage: (covered[topic] ?? 0) / said,
  }));
  return {
    hits: hits
      .filter(({ topic }) => topic < index.topicCount)
      .slice(0, limit)
      .map((hit) => ({ ...hit, section: index.sectionOf(hit.topic, language) })),
    strength: Math.max(
      ...best.filter((topic) => topic < index.topicCount).map((topic) => strengths[topic] ?? 0),
      0,
    ),
    elsewhere: hits.find(({ topic }) => topic === index.topicCount)?.probability ?? 0,
  };
}

/** The few topics that most speaks for, best first, and of equals the one that stands first. */
function strongest(strengths: Float32Array, isSought: (topic: number) => boolean): number[] {
  const best: number[] = [];
  for (let topic = 0; topic < strengths.length; topic++) {
    const strength = strengths[topic] ?? 0;
    if (best.length === RIVALS && strength <= (strengths[best[RIVALS - 1] ?? 0] ?? 0)) continue;
    if (!isSought(topic)) continue;
    let place = best.length;
    while (place > 0 && (strengths[best[place - 1] ?? 0] ?? 0) < strength) place -= 1;
    best.splice(place, 0, topic);
    best.length = Math.min(best.length, RIVALS);
  }
  return best;
}

/** How strongly all that is sought speaks for each topic, and the squares of the masses of what does. */
function weigh(index: KnowledgeIndex, sought: readonly Sought[], norm: number) {
  const strengths = new Float32Array(index.topicCount + 1);
  const covered = new Float32Array(index.topicCount + 1);
  for (const { postings, mass, isFiller } of sought) {
    const value = (mass / norm) * IMPACT_UNIT;
    for (let at = 0; at < postings.topics.length; at++) {
      const topic = postings.topics[at] ?? 0;
      const impact = postings.impacts[at] ?? 0;
      strengths[topic] = (strengths[topic] ?? 0) + value * impact;
      if (impact > 0 && !isFiller) covered[topic] = (covered[topic] ?? 0) + mass ** 2;
    }
  }
  return { strengths, covered };
}
