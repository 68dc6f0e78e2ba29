import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask } from '../../../eval/ask.ts';
import { belowFloors, TUNED_SETS } from '../../../eval/floors.ts';
import { type Asked, figures } from '../../../eval/summary.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { retrieve } from '../../../src/worker/assistant/knowledge/retrieve.ts';
import { guidesIndex, ownIndex, projectThesaurus } from '../../support/knowledge.ts';

/** Heading of the best section, and whether it is taken for an answer. */
async function best(...questions: string[]) {
  const index = await guidesIndex();
  const { hits, inScope } = retrieve(index, questions);
  const section = hits[0] === undefined ? undefined : index.section(hits[0].section);
  return { inScope, file: section?.file, heading: section?.heading };
}

describe('retrieval', () => {
  test.each([
    ['an identifier', 'REQUIRE_AUTH', 'en/deployment', /REQUIRE_AUTH/],
    ['a path', '/v1/embeddings', 'en/api', /embeddings/],
    ['a heading', 'deploy to Cloudflare', 'en/deployment', /^How do I deploy to Cloudflare\?$/],
    ['a Chinese heading', '部署到 Cloudflare', 'zh/deployment', /^怎样部署到 Cloudflare？$/],
    [
      'what a heading quotes',
      '为什么提示 Authentication failed',
      'zh/troubleshooting',
      /Authentication failed/,
    ],
    ['an error code', 'endpoint_not_allowed', 'en/troubleshooting', /endpoint_not_allowed/],
    ['a misspelt word', 'depoly to cloudfalre', 'en/deployment', /deploy to Cloudflare\?/],
    ['two words that are written as one', 'deep seek', 'en/recipes', /DeepSeek/],
    ['a synonym', 'sign in page keeps looping', 'en/troubleshooting', /Login/],
    ['a Chinese synonym', '登陆之后又跳回来', 'zh/troubleshooting', /登录/],
    ['a product named like a domain', 'continue.dev', 'en/recipes', /Continue/],
    ['a name that is a domain', 'use ai.mycompany.com as the domain', 'en/deployment', /domain/],
    ['a question among fillers', 'hey guys plz how do I use Ollama, thx', 'en/recipes', /Ollama/],
    ['a Chinese question among fillers', '我在想好像没法用 Ollama 呗', 'zh/recipes', /Ollama/],
    ['a question in both languages', 'REQUIRE_AUTH 怎么设置', 'zh/deployment', /REQUIRE_AUTH/],
  ])('%s finds its section', async (_, question, file, heading) => {
    const found = await best(question);
    expect(found).toMatchObject({ inScope: true, file });
    expect(found.heading).toMatch(heading);
  });

  test.each([
    ['How do I use DeepSeek?', 'what about Gemini?', /Gemini/],
    ['怎样使用 DeepSeek？', 'Azure 呢', /Azure/],
    ['怎样使用 DeepSeek？', '那 Kimi 呢', /Kimi/],
    ['How do I stream an answer?', 'and in Python?', /Python/],
    ['How do I call it from Python?', 'and from JavaScript?', /JavaScript/],
  ])('after "%s", "%s" is understood', async (before, question, heading) => {
    const found = await best(before, question);
    expect(found.inScope).toBe(true);
    expect(found.heading).toMatch(heading);
  });

  test('a question that leads elsewhere is not kept inside by the one before', async () => {
    expect((await best('How do I deploy to Cloudflare?', 'Who painted the Mona Lisa?')).inScope).toBe(false);
    expect((await best('怎样部署到 Cloudflare？', '红烧肉怎么做')).inScope).toBe(false);
  });

  test.each([['今天天气怎么样'], ["What's the weather?"], [''], ['???'], ['asdfghjkl qwertyuiop']])(
    '"%s" is outside the knowledge',
    async (question) => {
      expect((await best(question)).inScope).toBe(false);
    },
  );

  test('a question in one language finds what only the other language has', async () => {
    const thesaurus = await projectThesaurus();
    const english = ownIndex(
      { handbook: '# Handbook\n\n## How do we restart the database?\n\nRun it.\n\n## Holidays\n\nMany.' },
      thesaurus,
    );
    const asked = retrieve(english, ['怎样重置数据库']);
    expect(asked.language).toBe('zh');
    expect(english.section(asked.hits[0]?.section ?? -1).heading).toMatch(/database/);
    const chinese = ownIndex(
      { 手册: '# 手册\n\n## 怎样备份数据库？\n\n执行脚本。\n\n## 假期\n\n很多。' },
      thesaurus,
      'zh',
    );
    const other = retrieve(chinese, ['database backup']);
    expect(chinese.section(other.hits[0]?.section ?? -1).heading).toMatch(/数据库/);
  });

  test("a guide is found in the asker's language, never twice", async () => {
    const index = await guidesIndex();
    for (const question of ['How do I use Ollama?', '怎样使用 Ollama？']) {
      const { hits, language } = retrieve(index, [question]);
      expect(hits.every(({ section }) => index.language(section) === language)).toBe(true);
      expect(new Set(hits.map(({ section }) => section)).size).toBe(hits.length);
    }
  });

  test('a very long question is answered like any other', async () => {
    expect((await best(`${'How do I require a token? '.repeat(2_000)}`)).heading).toMatch(/require a token/);
  });

  test('where two sections come equally near, neither is claimed', async () => {
    const body = 'Turn the valve to the left.';
    const index = ownIndex(
      {
        north: `# North\n\n## How do I open the valve?\n\n${body}\n\n## Holidays\n\nMany.`,
        south: `# South\n\n## How do I open the valve?\n\n${body}\n\n## Canteen\n\nGood.`,
        west: '# West\n\n## How do I grease the pump?\n\nWith oil.',
      },
      await projectThesaurus(),
    );
    const { hits, inScope } = retrieve(index, ['hot valve noise in the hall']);
    expect(hits.slice(0, 2).map(({ section }) => index.section(section).heading)).toEqual([
      'How do I open the valve?',
      'How do I open the valve?',
    ]);
    expect(inScope).toBe(false);
    expect(retrieve(index, ['how do I grease the pump']).inScope).toBe(true);
  });

  test('the kept questions are answered as well as is promised', async () => {
    const index = await guidesIndex();
    const text = await readFile(join(PROJECT_ROOT, 'eval/questions.json'), 'utf8');
    const sets: Record<string, Asked[]> = JSON.parse(text);
    const outcomes = TUNED_SETS.flatMap((name) => sets[name] ?? []).map((asked) => ask(index, asked));
    expect(outcomes.length).toBeGreaterThan(500);
    expect(belowFloors(figures(outcomes))).toEqual([]);
  });

  test('what falls below a floor is named', () => {
    const below = { rightFirst: 0, inView: 0, declined: 0, wrong: 1, offTopicDeclined: 0 };
    expect(belowFloors(below)).toHaveLength(4);
    expect(belowFloors(below)[2]).toMatch(/wrong as right 1.000, at most/);
    expect(
      belowFloors({ ...below, rightFirst: undefined, inView: 1, wrong: 0, offTopicDeclined: 1 }),
    ).toEqual([]);
  });
});
