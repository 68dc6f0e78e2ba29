/** The questions that people ask, kept beside the guides: `docs/questions/en/deployment.md` for `docs/en/deployment.md`. */
import { plainLines } from '../text-lines.ts';
import { BrokenDocument } from './split-markdown.ts';

/** The questions that a section answers, and the line at which its heading stands. */
export interface AskedOf {
  readonly line: number;
  readonly questions: readonly string[];
}

/**
 * Reads a file of questions: the headings of the guide, and below each a list of whole questions.
 * @returns the questions by the text of the heading.
 * @throws {BrokenDocument} for a line that is neither, or a question without a heading.
 */
export function readQuestions(text: string): ReadonlyMap<string, AskedOf> {
  const asked = new Map<string, { line: number; questions: string[] }>();
  let current: string[] | undefined;
  for (const [at, line] of plainLines(text).split('\n').entries()) {
    const [, heading] = /^#{2,6} +(.+?) *$/.exec(line) ?? [];
    const [, question] = /^- +(.+?) *$/.exec(line) ?? [];
    if (heading !== undefined) {
      if (asked.has(heading)) throw new BrokenDocument('this heading stands here twice', at + 1);
      current = [];
      asked.set(heading, { line: at + 1, questions: current });
    } else if (question !== undefined && current !== undefined) {
      current.push(question);
    } else if (line.trim() !== '' && !line.startsWith('# ')) {
      throw new BrokenDocument(
        'a file of questions takes headings (## ...) and questions (- ...) below them',
        at + 1,
      );
    }
  }
  return asked;
}
