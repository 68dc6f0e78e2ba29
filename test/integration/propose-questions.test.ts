import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFrontMatter } from '../../scripts/knowledge/front-matter.ts';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { chatCompletion, respond } from '../support/answers.ts';
import { startUpstream } from '../support/upstream.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'questions-'));
  await writeFile(join(folder, 'shop.md'), '# Shop\n\nWe sell books.\n\n## Refunds\n\nWrite to us.\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the script before a model that says these texts, one after the other. */
async function propose(...said: string[]) {
  await using upstream = await startUpstream();
  for (const content of said) upstream.reply(respond(chatCompletion({ content })));
  const ran = await promisify(execFile)(
    'node',
    [join(PROJECT_ROOT, 'scripts/propose-questions.ts'), join(folder, 'shop.md')],
    {
      env: {
        ...process.env,
        OPENAI_API_BASE: upstream.base,
        OPENAI_API_KEY: 'sk-x',
        OPENAI_MODEL: 'm',
      },
    },
  ).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
  return { ...ran, asked: upstream.exchanges.map(({ request }) => request.body.toString()) };
}

test("a model's questions are printed as front matter that the build reads", async () => {
  const { code, stdout, asked } = await propose(
    '["What do you sell?"]',
    'Here:\n```json\n["How do I get my \\"money\\" back?", "怎么退款？"]\n```',
  );
  expect(code).toBe(0);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toContain('Refunds');
  expect(
    readFrontMatter(`${stdout}# Shop\n\nx`).questions.map(({ anchor, question }) => [anchor, question]),
  ).toEqual([
    ['', 'What do you sell?'],
    ['refunds', 'How do I get my "money" back?'],
    ['refunds', '怎么退款？'],
  ]);
});

test('a model that gives no list is named, and nothing is printed', async () => {
  const { code, stdout, stderr } = await propose('I would rather not.');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('The model m gave no list of questions for "Shop"');
});
