/** Reads the thesaurus: groups of phrases that mean the same, as keys that questions are looked up by. */

import { lex, phraseKey } from '../../src/worker/assistant/knowledge/lex.ts';
import { withUnixLines } from '../text-lines.ts';

/** Groups of phrase keys: first the words without a topic, then those that lean on what was said, then synonyms. */
export type Thesaurus = readonly (readonly string[])[];

/** @throws {Error} naming the line, for a phrase that has no word in it. */
export function readThesaurus(text: string): Thesaurus {
  const stop: string[] = [];
  const lean: string[] = [];
  const synonyms: string[][] = [];
  for (const [at, line] of withUnixLines(text).split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, mark, list = ''] = /^(?:(stop|lean):)?(.*)$/.exec(line) ?? [];
    const keys = list.split(',').map((phrase) => {
      const key = phraseKey(lex(phrase));
      if (key === '') throw new Error(`thesaurus line ${at + 1}: "${phrase.trim()}" has no word in it`);
      return key;
    });
    const unique = [...new Set(keys)];
    if (mark === 'stop') stop.push(...unique);
    else if (mark === 'lean') lean.push(...unique);
    else synonyms.push(unique);
  }
  return [...[stop, lean].map((list) => [...new Set(list)]), ...synonyms];
}
