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
  const fillers = all.flatMap(({ courtesyFillers }) => courtesyFillers);
  const kinds = words.courtesies.map((_, kind) =>
    all.flatMap(({ courtesies }) => courtesies[kind]?.phrases ?? []),
  );
  const phrases = [...fillers, ...kinds.flat()].sort((a, b) => b.length - a.length);
  const found = new Set<string>();
  for (let rest = said; rest !== ''; ) {
    const next = phrases.find((phrase) => beginsWith(rest, phrase));
    if (next === undefined) return undefined;
    found.add(next);
    rest = rest.slice(next.length).trimStart();
  }
  // The first kind that occurs: "ok, thanks" is thanks.
  const kind = kinds.findIndex((each) => each.some((phrase) => found.has(phrase)));
  return words.courtesies[kind]?.answer;
}

/** A phrase of letters ends where the word ends; Chinese has no such border. */
function beginsWith(text: string, phrase: string): boolean {
  return text.startsWith(phrase) && !/^[a-z]{2}$/.test(text.slice(phrase.length - 1, phrase.length + 1));
}
