/** The anchor that a heading has on its page, for those that follow from its words. */
import { isCjk, isLetter } from './characters.ts';

/** What the index holds in place of an anchor that `anchorOf` gives; no anchor has this character. */
export const DERIVED_ANCHOR = '#';

/**
 * A heading in lower case, with hyphens for its spaces and without punctuation: what github-slugger makes of nearly every
 * heading. The build compares the two and keeps the anchors that differ, such as those of headings that occur twice.
 */
export function anchorOf(heading: string): string {
  return [...heading.toLowerCase()]
    .map((character) => (character === ' ' ? '-' : character))
    .filter((character) => character === '-' || character === '_' || isCjk(character) || isLetter(character))
    .join('');
}
