/** Ranks sections for a question: BM25 over its concepts, the guides' two languages counting for each other. */

import { LEAN_GROUP, STOP_GROUP } from './index-format.ts';
import type { KnowledgeIndex, Language } from './knowledge-index.ts';
import { lex, phraseKey, type Token, termsOf, withoutParentheses } from './lex.ts';
import type { Alternative, Concept } from './question.ts';
import { nearness, type SoughtConcept, type SoughtTerm } from './similar.ts';

/** A section that fits, best first. */
export interface Hit {
  readonly section: number;
  readonly score: number;
  /** The share of what was asked that the section knows, 0 to 1, by the weight of the words. */
  readonly coverage: number;
  /** The share of the heading's words that the question has, 0 to 1, by their rarity. */
  readonly headingShare: number;
  /** How near the question comes to one that the section is known to answer, 0 to 1. */
  readonly nearness: number;
  /** How much was asked, where 1 is one word that no section has: the weights of the words, their rarity included. */
  readonly mass: number;
}

type Ranked = Pick<Hit, 'section' | 'score'>;

/** A concept as part of a search: from the question itself (1), or from what was asked before it (less). */
export interface WeightedConcept {
  readonly concept: Concept;
  readonly factor: number;
}

/** What the same section in the other language adds to a score. */
const TWIN_SHARE = 0.3;
/** What a heading adds that says nothing but what was asked. */
const HEADING_BONUS = 0.35;
/** What the nearest known question adds to a score, by the square of its nearness: a half of the words says little. */
const NEARNESS = 0.4;
/** From this strength on a section counts as knowing a word; a mere mention in an example stays below it. */
const KNOWS = 0.4;
/** A section has a concept of several terms if it has this share of them, by their rarity. */
const HOLDS = 0.7;
/** How many sections are looked at more closely. */
const CANDIDATES = 24;
/** How rare a word that no section has is taken to be, as a share of the rarest. */
const UNKNOWN_MASS = 0.8;

/** The best `limit` sections for the asker, in their language wherever a section exists in it. */
export function search(
  index: KnowledgeIndex,
  concepts: readonly WeightedConcept[],
  language: Language,
  limit: number,
): Hit[] {
  const { scores, coverages, mass, asked, sought } = scoreSections(index, concepts);
  if (mass === 0) return [];
  const near = nearness(index, sought, mass);
  const ranked: Omit<Hit, 'headingShare'>[] = [];
  for (let section = 0; section < index.sectionCount; section++) {
    const twin = index.twin(section);
    if (twin !== section && index.language(section) !== language) continue;
    const own = scores[section] ?? 0;
    const other = twin === section ? own : (scores[twin] ?? 0);
    if (own + other === 0) continue;
    ranked.push({
      section,
      score: (Math.max(own, other) + TWIN_SHARE * Math.min(own, other)) / (mass * (1 + TWIN_SHARE)),
      coverage: Math.max(coverages[section] ?? 0, coverages[twin] ?? 0) / mass,
      nearness: Math.max(near[section] ?? 0, near[twin] ?? 0),
      mass: mass / rarityOf(index, 0),
    });
  }
  const byScore = (a: Ranked, b: Ranked) => b.score - a.score || a.section - b.section;
  return ranked
    .sort(byScore)
    .slice(0, CANDIDATES)
    .map((hit) => {
      const share = headingShare(index, hit.section, asked);
      const score = hit.score * (1 + HEADING_BONUS * share) + NEARNESS * hit.nearness ** 2;
      return { ...hit, score, headingShare: share };
    })
    .sort(byScore)
    .slice(0, limit);
}

function scoreSections(index: KnowledgeIndex, concepts: readonly WeightedConcept[]) {
  const scores = new Float32Array(index.sectionCount);
  const coverages = new Float32Array(index.sectionCount);
  const asked = new Set<string>();
  const sought: SoughtConcept[] = [];
  let mass = 0;
  for (const { concept, factor } of concepts) {
    const { strengths, rarity } = scoreConcept(index, concept, asked);
    const weight = concept.weight * factor * rarity;
    mass += concept.isWord || rarity > 0 ? weight : 0;
    sought.push({ mass: weight, alternatives: concept.alternatives.map((each) => sharesOf(index, each)) });
    for (const [section, { strength, presence }] of strengths) {
      scores[section] = (scores[section] ?? 0) + weight * strength;
      coverages[section] = (coverages[section] ?? 0) + weight * presence * concept.evidence;
    }
  }
  return { scores, coverages, mass, asked, sought };
}

/** How much a concept asks. */
export function massOf(index: KnowledgeIndex, concept: Concept): number {
  return concept.weight * scoreConcept(index, concept, new Set()).rarity;
}

/** The terms of an alternative that the index has, each with its share by its rarity. */
function sharesOf(index: KnowledgeIndex, { terms, weight }: Alternative): SoughtTerm[] {
  const found = terms.map((term) => index.postings(term));
  const rarities = found.map((postings) => rarityOf(index, postings?.sections.length ?? 0));
  const total = rarities.reduce((sum, rarity) => sum + rarity, 0);
  return found.flatMap((postings, at) =>
    postings === undefined
      ? []
      : [{ number: postings.number, share: (weight * (rarities[at] ?? 0)) / total }],
  );
}

/** How strongly each section is about a concept (the best alternative counts), and how rare the concept is. */
function scoreConcept(index: KnowledgeIndex, { alternatives, isWord }: Concept, asked: Set<string>) {
  const strengths = new Map<number, { strength: number; presence: number }>();
  const holders = new Set<number>();
  let partly = 0;
  for (const { terms, weight } of alternatives) {
    const found = terms.flatMap((term) => {
      const postings = index.postings(term);
      return postings === undefined
        ? []
        : [{ term, postings, rarity: rarityOf(index, postings.sections.length) }];
    });
    if (found.length === 0) continue;
    const total =
      found.reduce((sum, each) => sum + each.rarity, 0) + (terms.length - found.length) * unknown(index);
    partly = Math.max(partly, (weight * total) / terms.length);
    const sums = new Map<number, { impact: number; present: number }>();
    for (const { term, postings, rarity: each } of found) {
      asked.add(term);
      for (let at = 0; at < postings.sections.length; at++) {
        const section = postings.sections[at] ?? 0;
        const sum = sums.get(section) ?? { impact: 0, present: 0 };
        sum.impact += (each * (postings.impacts[at] ?? 0)) / 255;
        sum.present += each;
        sums.set(section, sum);
      }
    }
    for (const [section, { impact, present }] of sums) {
      const strength = weight * (impact / total) * (present / total);
      const presence = Math.min(1, impact / present / KNOWS) * weight * (present / total) ** 2;
      if (present > HOLDS * total) holders.add(section);
      const best = strengths.get(section);
      if (best === undefined) strengths.set(section, { strength, presence });
      else {
        best.strength = Math.max(best.strength, strength);
        best.presence = Math.max(best.presence, presence);
      }
    }
  }
  // A concept is as rare as the sections that have it in any of its words.
  if (holders.size > 0) return { strengths, rarity: (partly + rarityOf(index, holders.size)) / 2 };
  return { strengths, rarity: partly === 0 && isWord ? unknown(index) : partly };
}

/** BM25's inverse section frequency in its always positive form. */
function rarityOf(index: KnowledgeIndex, sections: number): number {
  return Math.log(1 + (index.sectionCount - sections + 0.5) / (sections + 0.5));
}

function unknown(index: KnowledgeIndex): number {
  return UNKNOWN_MASS * rarityOf(index, 0);
}

/** Whether a word carries no topic: "which", "are", "there". */
function isWithoutTopic(index: KnowledgeIndex, token: Token): boolean {
  const groups = index.groupsOf(phraseKey([token]));
  return groups.includes(STOP_GROUP) || groups.includes(LEAN_GROUP);
}

/** The share of a heading's words, by their rarity, that the question has too; what stands in parentheses need not be said. */
function headingShare(index: KnowledgeIndex, section: number, asked: ReadonlySet<string>): number {
  const heading = index.heading(section);
  return Math.max(...[heading, withoutParentheses(heading)].map((text) => sharedWords(index, text, asked)));
}

function sharedWords(index: KnowledgeIndex, text: string, asked: ReadonlySet<string>): number {
  let total = 0;
  let shared = 0;
  for (const token of lex(text)) {
    if (isWithoutTopic(index, token)) continue;
    for (const term of termsOf(token)) {
      const rarity = rarityOf(index, index.postings(term)?.sections.length ?? 0);
      total += rarity;
      if (asked.has(term)) shared += rarity;
    }
  }
  return total === 0 ? 0 : shared / total;
}
