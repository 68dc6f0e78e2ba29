/** A greeting, thanks or a goodbye: a message that asks nothing, answered with a sentence and never with a section. Pure. */
import { isCjk, isLetter } from './knowledge/characters.ts';
import type { Words } from './knowledge/words.ts';

/** A longer message says more than a courtesy. */
const LONGEST = 80;

/**
 * The answer to a message that consists of courtesies alone; undefined for any other.
 * @param words whose answer is given
 * @param all the phrases of every language: people mix them ("hi，谢谢")
 */
export function courtesyAnswer(text: string, words: Words, all: readonly Words[]): string | undefined {
  if (text.length > 2 * LONGEST) return undefined;
  const said = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .split('')
    .map((character) => (isCjk(character) || isLetter(character) || character === "'" ? character : ' '))
    .join('')
    .replace(/ +/g, ' ')
    .trim();
  if (said === '' || said.length > LONGEST) return undefined;
  const lists = all.flatMap(({ courtesyFillers, courtesies }) => [
    courtesyFillers,
    ...courtesies.map(({ phrases }) => phrases),
  ]);
  const found = new Set<string>();
  for (let rest = said; rest !== ''; ) {
    const next = longestBeginning(rest, lists);
    if (next === '') return undefined;
    found.add(next);
    rest = rest.slice(next.length).trimStart();
  }
  // The first kind that occurs: "ok, thanks" is thanks.
  return words.courtesies.find((_, kind) =>
    all.some(({ courtesies }) => courtesies[kind]?.phrases.some((phrase) => found.has(phrase))),
  )?.answer;
}

/** The longest of all phrases that a text begins with, or nothing. */
function longestBeginning(text: string, lists: readonly (readonly string[])[]): string {
  let longest = '';
  for (const phrases of lists) {
    for (const phrase of phrases) {
      if (phrase.length > longest.length && beginsWith(text, phrase)) longest = phrase;
    }
  }
  return longest;
}

/** A phrase of letters ends where the word ends; Chinese has no such border. */
function beginsWith(text: string, phrase: string): boolean {
  return text.startsWith(phrase) && !/^[a-z]{2}$/.test(text.slice(phrase.length - 1, phrase.length + 1));
}
