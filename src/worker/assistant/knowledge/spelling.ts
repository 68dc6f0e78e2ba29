/** The indexed words that a misspelt one may stand for. */
import { slipsBetween } from '../../config/near-name.ts';
import type { KnowledgeIndex } from './knowledge-index.ts';

const SHORTEST_WORD = 4;
const LENGTH_FOR_TWO_SLIPS = 8;

/**
 * The indexed words within one slip of `word` (two from eight letters on) that begin with the same letter, the nearest
 * only. A slip is a letter too many, too few, wrong, or swapped with its neighbour (optimal string alignment).
 */
export function nearestWords(index: KnowledgeIndex, word: string): string[] {
  if (word.length < SHORTEST_WORD || !/^[a-z]+$/.test(word)) return [];
  const allowed = word.length >= LENGTH_FOR_TWO_SLIPS ? 2 : 1;
  let nearest: string[] = [];
  let fewest = allowed;
  for (const each of index.wordsFrom(word.slice(0, 1), word.length - allowed, word.length + allowed)) {
    if (Math.abs(each.length - word.length) > fewest) continue;
    const slips = slipsBetween(word, each);
    if (slips > fewest) continue;
    if (slips < fewest) nearest = [];
    fewest = slips;
    nearest.push(each);
  }
  return nearest;
}
