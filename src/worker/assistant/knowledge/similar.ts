/** How near a question comes to single questions that sections are known to answer, headings among them. */
import { MASS_UNIT } from './index-format.ts';
import type { KnowledgeIndex } from './knowledge-index.ts';

/** One concept of a question: how much it counts, and the terms that stand for it, each with its share of the concept. */
export interface SoughtConcept {
  readonly mass: number;
  /** Alternatives of terms; the shares of one alternative add up to its weight, but for terms that no section has. */
  readonly alternatives: readonly (readonly SoughtTerm[])[];
}

export interface SoughtTerm {
  /** Its place among the terms of the index. */
  readonly number: number;
  readonly share: number;
}

/**
 * The nearness of the nearest question of each section, 0 to 1: the geometric mean of how much of what is asked the
 * known question says, and how much of the known question is asked (the Ochiai coefficient).
 * @param mass how much is asked in all.
 */
export function nearness(
  index: KnowledgeIndex,
  concepts: readonly SoughtConcept[],
  mass: number,
): Float32Array {
  const nearest = new Float32Array(index.sectionCount);
  const places = new Uint16Array(index.termCount);
  const entries: { alternative: number; share: number }[][] = [];
  let alternatives = 0;
  const conceptOf: number[] = [];
  for (const [concept, { alternatives: each }] of concepts.entries()) {
    for (const terms of each) {
      conceptOf.push(concept);
      for (const { number, share } of terms) {
        if (places[number] === 0) places[number] = entries.push([]);
        entries[(places[number] ?? 0) - 1]?.push({ alternative: alternatives, share });
      }
      alternatives += 1;
    }
  }
  const found = new Float32Array(alternatives);
  const best = new Float32Array(concepts.length);
  const { count, sections, masses, offsets, terms } = index.questions;
  for (let question = 0; question < count; question++) {
    let isTouched = false;
    for (let at = offsets[question] ?? 0; at < (offsets[question + 1] ?? 0); at++) {
      const place = places[terms[at] ?? 0] ?? 0;
      if (place === 0) continue;
      if (!isTouched) {
        isTouched = true;
        found.fill(0);
        best.fill(0);
      }
      for (const { alternative, share } of entries[place - 1] ?? []) {
        found[alternative] = (found[alternative] ?? 0) + share;
      }
    }
    if (!isTouched) continue;
    for (let at = 0; at < alternatives; at++) {
      const concept = conceptOf[at] ?? 0;
      best[concept] = Math.max(best[concept] ?? 0, found[at] ?? 0);
    }
    let shared = 0;
    for (let at = 0; at < concepts.length; at++) shared += (best[at] ?? 0) * (concepts[at]?.mass ?? 0);
    const known = (masses[question] ?? 0) / MASS_UNIT;
    const near = Math.min(1, shared / Math.sqrt(mass * Math.max(known, shared)));
    const section = sections[question] ?? 0;
    if (near > (nearest[section] ?? 0)) nearest[section] = near;
  }
  return nearest;
}
