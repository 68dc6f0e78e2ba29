/** Keeps the questions beside the guides apart from those of the evaluation: what is measured must not be learnt by heart. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STOP_GROUP } from '../../src/worker/assistant/knowledge/index-format.ts';
import { lex, phraseKey, termsOf } from '../../src/worker/assistant/knowledge/lex.ts';
import type { SourceSection } from './read-knowledge.ts';
import type { Thesaurus } from './thesaurus.ts';

/** More than this share of a question's words in one question of the evaluation is too much. */
const MOST_SHARED = 0.6;
/** A single word is a name or a code, which anybody would write in the same way. */
const LEAST_WORDS = 2;

/** A question of the guides that says what one of the evaluation says. */
export interface Overlap {
  readonly question: string;
  readonly evaluated: string;
  /** 0 to 1 */
  readonly share: number;
}

/** The questions that share too many of their words, those without a topic left out, with one of the evaluation sets. */
export function overlaps(
  questions: readonly string[],
  evaluated: readonly string[],
  thesaurus: Thesaurus,
): Overlap[] {
  const stop = new Set(thesaurus[STOP_GROUP]);
  const wordsOf = (text: string) => topicWords(text, stop);
  const others = evaluated.map((text) => ({ text, words: wordsOf(text) }));
  return questions.flatMap((question) => {
    const words = wordsOf(question);
    if (words.size < LEAST_WORDS) return [];
    for (const other of others) {
      const share = [...words].filter((word) => other.words.has(word)).length / words.size;
      if (share > MOST_SHARED) return [{ question, evaluated: other.text, share }];
    }
    return [];
  });
}

/** All questions that are kept beside the guides. */
export function keptQuestions(sections: readonly SourceSection[]): string[] {
  return [...new Set(sections.flatMap(({ questions }) => questions))];
}

/** All questions of the evaluation under `root`. */
export async function evaluatedQuestions(root: string): Promise<string[]> {
  const sets: Record<string, readonly { readonly q: string }[]> = JSON.parse(
    await readFile(join(root, 'eval/questions.json'), 'utf8'),
  );
  return Object.values(sets).flatMap((asked) => asked.map(({ q }) => q));
}

function topicWords(text: string, stop: ReadonlySet<string>): Set<string> {
  const tokens = lex(text).filter((token) => !stop.has(phraseKey([token])));
  return new Set(tokens.flatMap(termsOf).filter((term) => !stop.has(term)));
}
