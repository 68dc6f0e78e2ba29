/** The list of sources behind a model's answer: the sections it cited, and no others. */
import { citation } from './knowledge/citation.ts';
import type { Section } from './knowledge/knowledge-index.ts';
import type { Words } from './knowledge/words.ts';

/** `[1]`, `[1, 2]`, `【1】`, `［1］`. */
const CITED = /[[【［]\s*(\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)\s*[\]】］]/g;

/** Makes the text that goes behind an answer; empty when it cites nothing that was sent. */
export type SourceList = (answer: string) => string;

/** @param references What the model was sent, [1] first. */
export function sourceList(references: readonly Section[], words: Words, origin: string): SourceList {
  return (answer) => {
    const numbers = new Set(
      [...answer.matchAll(CITED)].flatMap(([, list = '']) => list.split(/[,，、]/).map(Number)),
    );
    const lines = [...numbers]
      .sort((a, b) => a - b)
      .flatMap((number) => {
        const section = references[number - 1];
        return section === undefined ? [] : [`- [${number}] ${citation(section, origin)}`];
      });
    if (lines.length === 0) return '';
    return `\n\n${words.sources}\n\n${lines.join('\n')}`;
  };
}
