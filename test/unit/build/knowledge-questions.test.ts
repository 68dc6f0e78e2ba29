import { describe, expect, test } from 'vitest';
import { readElsewhere } from '../../../scripts/knowledge/build-index.ts';
import { evaluatedQuestions, keptQuestions, overlaps } from '../../../scripts/knowledge/question-overlap.ts';
import { readKnowledge } from '../../../scripts/knowledge/read-knowledge.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { projectThesaurus } from '../../support/knowledge.ts';

/** Fewer leave a section hard to find for people who ask in words of their own. */
const LEAST_QUESTIONS = 7;

describe('the questions beside the guides', () => {
  test('none says what a question of the evaluation says', async () => {
    const kept = keptQuestions((await readKnowledge(PROJECT_ROOT)).filter(({ served }) => served));
    expect(kept.length).toBeGreaterThan(2_000);
    const evaluated = await evaluatedQuestions(PROJECT_ROOT);
    expect(overlaps(kept, evaluated, await projectThesaurus())).toEqual([]);
  });

  test('none of those about something else does either', async () => {
    const elsewhere = await readElsewhere();
    expect(elsewhere.length).toBeGreaterThan(2_000);
    expect(overlaps(elsewhere, await evaluatedQuestions(PROJECT_ROOT), await projectThesaurus())).toEqual([]);
  });

  test('each section of the guides has seven or more', async () => {
    const sections = (await readKnowledge(PROJECT_ROOT)).filter(({ served }) => served);
    const few = sections
      .filter(({ questions }) => new Set(questions).size < LEAST_QUESTIONS)
      .map(({ file, heading, questions }) => `${file}: ${heading} (${questions.length})`);
    expect(few).toEqual([]);
  });

  test.each([
    ['how do I require tokens', 'How do I require a token?', 1],
    ['怎么导出对话', '怎样导出对话？', 3 / 4],
    ['export conversations as a file', 'export conversations', 2 / 3],
  ])('"%s" is found out beside "%s"', async (question, evaluated, share) => {
    const found = overlaps([question], [evaluated], await projectThesaurus());
    expect(found).toEqual([{ question, evaluated, share: expect.closeTo(share) }]);
  });

  test.each([
    ['what is the address of the API', 'What is the capital of Australia?'],
    ['nexcode', 'what does nexcode mean'],
    ['export conversations as a big file', 'export conversations'],
  ])('"%s" may stand beside "%s"', async (question, evaluated) => {
    expect(overlaps([question], [evaluated], await projectThesaurus())).toEqual([]);
  });
});
