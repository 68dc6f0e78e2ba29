import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeIndex } from '../../../scripts/knowledge/encode-index.ts';
import { makeUpKnowledge } from '../../../scripts/knowledge/large-knowledge.ts';
import {
  KnowledgeError,
  MAX_KNOWLEDGE_BYTES,
  readKnowledge,
} from '../../../scripts/knowledge/read-knowledge.ts';
import { splitMarkdown } from '../../../scripts/knowledge/split-markdown.ts';
import { readThesaurus } from '../../../scripts/knowledge/thesaurus.ts';
import { openIndex } from '../../../src/worker/assistant/knowledge/knowledge-index.ts';
import { retrieve } from '../../../src/worker/assistant/knowledge/retrieve.ts';
import { projectThesaurus } from '../../support/knowledge.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

/** A project folder with these files beside a guide in both languages. */
async function project(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'knowledge-'));
  folders.push(root);
  const guides = {
    'docs/en/a.md': '# Guide\n\n## How do I start?\n\nRun npm start.\n',
    'docs/zh/a.md': '# 指南\n\n## 怎样启动？\n\n执行 npm start。\n',
  };
  for (const [path, content] of Object.entries({ ...guides, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

describe('splitting at headings', () => {
  const split = (markdown: string) =>
    splitMarkdown(markdown, 'file').map(({ anchor, heading, level, body }) => ({
      anchor,
      heading,
      level,
      body,
    }));

  test('each heading begins a section with the anchor of its page', () => {
    expect(
      split('# Title\n\nIntro\n\n## How do I `X` it?\n\nText\n\n### 怎样做（REQUIRE_AUTH）？\n\n更多'),
    ).toEqual([
      { anchor: '', heading: 'Title', level: 1, body: 'Intro' },
      { anchor: 'how-do-i-x-it', heading: 'How do I X it?', level: 2, body: 'Text' },
      { anchor: '怎样做require_auth', heading: '怎样做（REQUIRE_AUTH）？', level: 3, body: '更多' },
    ]);
  });

  test('the same heading twice gets two anchors', () => {
    expect(split('# T\n\n## A\n\nx\n\n## A\n\ny').map(({ anchor }) => anchor)).toEqual(['a', 'a-1']);
  });

  test('a heading inside a code block is code', () => {
    expect(split('# T\n\n```sh\n# not a heading\n```')).toHaveLength(1);
  });

  test('a document without headings is one section named for its file', () => {
    expect(split('just text')).toEqual([{ anchor: '', heading: 'file', level: 1, body: 'just text' }]);
  });

  test('a long section is cut between its blocks and loses nothing', () => {
    const paragraphs = Array.from({ length: 40 }, (_, at) => `Paragraph ${at} ${'word '.repeat(60).trim()}`);
    const sections = split(`# T\n\n${paragraphs.join('\n\n')}`);
    expect(sections.length).toBeGreaterThan(2);
    expect(sections.map(({ body }) => body).join('\n\n')).toBe(paragraphs.join('\n\n'));
  });

  test('what a code block tells the tests is not shown to readers', () => {
    expect(split('# T\n\n```bash needs=account\nx\n```')[0]?.body).toBe('```bash\nx\n```');
  });
});

describe('reading the knowledge', () => {
  test("the operator's files are read from all folders, in any language, without their README", async () => {
    const root = await project({
      'knowledge/README.md': '# Not this one\n\nx',
      'knowledge/handbook.md': '---\ntitle: Handbook\nlang: en\n---\n\nWe release on Fridays.',
      'knowledge/team/运维.md': '# 运维手册\n\n## 怎样重启？\n\n先通知大家。',
      'knowledge/draft.md': '---\ndraft: true\n---\n\nNot yet.',
      'knowledge/picture.png': new Uint8Array([1, 2, 3]),
    });
    const own = (await readKnowledge(root)).filter(({ served }) => !served);
    expect(own.map(({ file, heading, language }) => [file, heading, language])).toEqual([
      ['handbook', 'Handbook', 'en'],
      ['team/运维', '怎样重启？', 'zh'],
    ]);
  });

  test('a project without knowledge of its own has the guides, each section with its twin', async () => {
    const sections = await readKnowledge(await project({}));
    expect(sections.map(({ file, twin }) => [file, twin])).toEqual([
      ['en/a', 1],
      ['zh/a', 0],
    ]);
  });

  test.each([
    ['an unclosed code fence', '# T\n\ntext\n\n```sh\nnever closed', 'knowledge/x.md:5: the code fence'],
    ['front matter that never ends', '---\ntitle: X\n\ntext', 'knowledge/x.md:1: the front matter'],
    ['an unknown key', '---\ntitle: X\nauthor: Y\n---\ntext', 'knowledge/x.md:3: front matter takes'],
    ['a language that is none', '---\nlang: klingon\n---\ntext', 'knowledge/x.md:2: front matter takes'],
    ['a fence behind front matter', '---\ntitle: X\n---\n\n~~~\nx', 'knowledge/x.md:5: the code fence'],
    [
      'a question of no section',
      '---\nquestions:\n  - "How?"\n  - #refunds And back?\n---\n# T\n\nx',
      'knowledge/x.md:4: no section has the anchor #refunds',
    ],
    ['a list under another key', '---\nlang: en\n- How?\n---\nx', 'knowledge/x.md:3: front matter takes'],
    ['no text at all', '# Only a title\n', 'knowledge/x.md:1: the file has no text'],
    [
      'bytes that are no UTF-8',
      new Uint8Array([0x23, 0x20, 0xff, 0xfe]),
      'knowledge/x.md: the file is not UTF-8',
    ],
  ])('%s stops the build and names the place', async (_, content, message) => {
    const root = await project({ 'knowledge/x.md': content });
    const failure = await readKnowledge(root).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KnowledgeError);
    expect(String(failure)).toContain(message);
  });

  test('questions are kept in the front matter, for the file or for a section', async () => {
    const root = await project({
      'knowledge/shop.md':
        '---\nquestions:\n  - What do you sell?\n  - "#refunds How do I get my money back?"\n  - #refunds 怎么退款\nlang: en\n---\n# Shop\n\nBooks.\n\n## Refunds\n\nWrite to us.',
    });
    const own = (await readKnowledge(root)).filter(({ served }) => !served);
    expect(own.map(({ heading, questions }) => [heading, questions])).toEqual([
      ['Shop', ['What do you sell?']],
      ['Refunds', ['How do I get my money back?', '怎么退款']],
    ]);
  });

  test('questions are kept beside a guide, under the headings that it has', async () => {
    const kept = '# Questions\n\n## How do I start?\n\n- what runs it\n- first steps\n';
    const sections = await readKnowledge(await project({ 'docs/questions/en/a.md': kept }));
    expect(sections.map(({ questions }) => questions)).toEqual([['what runs it', 'first steps'], []]);
  });

  test.each([
    ['a heading that the guide has not', '## How do I stop?\n\n- x', ':1: no section of the guide'],
    ['a heading twice', '## How do I start?\n\n- x\n\n## How do I start?\n\n- y', ':5: this heading'],
    ['a question before any heading', '- x', ':1: a file of questions takes'],
    ['text', '## How do I start?\n\nx', ':3: a file of questions takes'],
  ])('%s in the questions of a guide stops the build and names the place', async (_, kept, message) => {
    const failure = await readKnowledge(await project({ 'docs/questions/en/a.md': kept })).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(KnowledgeError);
    expect(String(failure)).toContain(`docs/questions/en/a.md${message}`);
  });

  test('guides that are not parallel stop the build', async () => {
    await expect(readKnowledge(await project({ 'docs/en/b.md': '# B\n\nx' }))).rejects.toThrow(
      'docs/zh/b.md is missing',
    );
    const root = await project({ 'docs/zh/a.md': '# 指南\n\n## 一\n\nx\n\n## 二\n\ny' });
    await expect(readKnowledge(root)).rejects.toThrow('same headings in the same order');
  });

  test('a thesaurus line that says nothing is named', () => {
    expect(() => readThesaurus('token, 令牌\n\nkey, ?')).toThrow('thesaurus line 3');
  });
});

describe('the limit', () => {
  const large = (bytes: number) =>
    Object.fromEntries(makeUpKnowledge(bytes).map(({ name, markdown }) => [`knowledge/${name}`, markdown]));

  test('two megabytes are indexed, and the guides are still found among them', {
    timeout: 120_000,
  }, async () => {
    const files = large(MAX_KNOWLEDGE_BYTES);
    const size = Object.values(files).reduce((sum, markdown) => sum + Buffer.byteLength(markdown), 0);
    expect(size).toBeGreaterThan(0.98 * MAX_KNOWLEDGE_BYTES);
    const bytes = encodeIndex(await readKnowledge(await project(files)), await projectThesaurus());
    expect(bytes.byteLength).toBeLessThan(4 * MAX_KNOWLEDGE_BYTES);
    const index = openIndex(bytes.buffer);
    expect(index.sectionCount).toBeGreaterThan(4_000);
    for (const question of ['How do I start?', '怎样启动']) {
      const { hits, inScope } = retrieve(index, [question]);
      expect(inScope).toBe(true);
      expect(index.section(hits[0]?.section ?? -1).file).toMatch(/\/a$/);
    }
  });

  test('more than that stops the build and says so', async () => {
    const root = await project({ 'knowledge/x.md': `# T\n\n${'word '.repeat(MAX_KNOWLEDGE_BYTES / 5 + 1)}` });
    await expect(readKnowledge(root)).rejects.toThrow('larger than 2 MB');
  });
});
