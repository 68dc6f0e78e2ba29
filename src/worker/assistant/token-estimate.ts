/** How many tokens a text is taken to be where no model has counted them. */
import { cjkCount } from './knowledge/characters.ts';

/** A token is about four letters, or one Chinese, Japanese or Korean character: an estimate, and declared as one. */
export function estimateTokens(text: string): number {
  const wide = cjkCount(text);
  return wide + Math.ceil(([...text].length - wide) / 4);
}
