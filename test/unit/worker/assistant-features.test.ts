import { expect, test } from 'vitest';
import { keptQuestions } from '../../../scripts/knowledge/question-overlap.ts';
import { readKnowledge } from '../../../scripts/knowledge/read-knowledge.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { readFeatures } from '../../../src/worker/assistant/knowledge/features.ts';
import { lex } from '../../../src/worker/assistant/knowledge/lex.ts';
import { guidesIndex, projectThesaurus } from '../../support/knowledge.ts';

test('the index knows what begins a phrase of the thesaurus, wherever in its blocks that stands', async () => {
  const index = await guidesIndex();
  const phrases = (await projectThesaurus()).flatMap((group) => [...group]);
  const starts = phrases.flatMap((phrase) => [...phrase].map((_, at) => phrase.slice(0, at + 1)));
  expect(starts.length).toBeGreaterThan(5_000);
  expect(starts.filter((start) => !index.begins(start))).toEqual([]);
});

test.each(['zzzz', 'shut downx', '龘龘', 'how do i '.repeat(3)])('nothing begins with "%s"', async (text) => {
  expect((await guidesIndex()).begins(text)).toBe(false);
});

test('a question says the same whether or not look-ups end where no phrase goes on', async () => {
  const index = await guidesIndex();
  const questions = keptQuestions(await readKnowledge(PROJECT_ROOT)).filter((_, at) => at % 10 === 0);
  expect(questions.length).toBeGreaterThan(500);
  for (const question of questions) {
    const tokens = lex(question);
    expect(readFeatures(tokens, index.groupsOf, index.begins)).toEqual(readFeatures(tokens, index.groupsOf));
  }
});
