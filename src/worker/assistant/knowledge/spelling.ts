/** The indexed words that a misspelt one may stand for. */
import type { KnowledgeIndex } from './knowledge-index.ts';

const SHORTEST_WORD = 4;
const LENGTH_FOR_TWO_SLIPS = 8;

/**
 * Indexed terms within one slip of `word` (two from eight letters on) that begin with the same letter, the nearest
 * only. A slip is a letter too many, too few, wrong, or swapped with its neighbour (optimal string alignment).
 */
export function nearestTerms(index: KnowledgeIndex, word: string): string[] {
  if (word.length < SHORTEST_WORD || !/^[a-z]+$/.test(word)) return [];
  const allowed = word.length >= LENGTH_FOR_TWO_SLIPS ? 2 : 1;
  let nearest: string[] = [];
  let fewest = allowed;
  for (const term of index.termsFrom(word.slice(0, 1))) {
    if (Math.abs(term.length - word.length) > fewest) continue;
    const slips = slipsBetween(word, term);
    if (slips > fewest) continue;
    if (slips < fewest) nearest = [];
    fewest = slips;
    nearest.push(term);
  }
  return nearest;
}

/** The optimal string alignment distance of two words. */
export function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let slips = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        slips = Math.min(slips, (before[column - 2] ?? 0) + 1);
      }
      current.push(slips);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
