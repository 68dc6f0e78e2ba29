/** Conversations are found by their words, however these are written, and shown where they stand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, foldWithOrigins, placesOf, plainWords, termsOf } from '../../../src/page/chat/search-text.ts';
import type { Chat, Message } from '../../../src/page/chat/types.ts';
import { search } from '../../../src/page/chats/search.ts';

const chat = (id: string, title = id): Chat => ({
  id,
  title,
  named: false,
  pinned: false,
  created: 1,
  updated: 1,
  leaf: null,
});
const message = (id: string, of: string, text: string, at = 1): Message => ({
  id,
  chat: of,
  parent: null,
  role: 'assistant',
  text,
  at,
  state: 'done',
});
/** Whether one chat with this text is found. */
const finds = (query: string, text: string) =>
  search(query, [chat('c', 'title')], [message('m', 'c', text)]).has('c');

describe('words are found', () => {
  test.each([
    ['in any order', 'edge deploy', 'Deploy it to the edge'],
    ['in any case', 'CLOUD', 'cloudflare'],
    ['in parts of a title and of a text', 'title pelican', 'A pelican'],
    ['in Chinese without spaces', '部署', '怎样部署到边缘'],
    ['in Chinese, two of them', '边缘 部署', '怎样部署到边缘'],
    ['across emphasis', '注意：正文', '**注意：**正文'],
    ['across code', '用fetch调用', '用 `fetch` 调用'],
    ['across a link', '见指南里的', '见[指南](https://a.b/c)里的'],
    ['in the address of a link', 'a.b/c', '见[指南](https://a.b/c)里的'],
    ['in a table', '条件概率', '| 式 | 条件概率 |\n|--|--|\n| 1 | 2 |'],
    ['in code', 'const x', '```js\nconst x = 1;\n```'],
    ['with underscores', 'snake_case_name', 'call `snake_case_name()`'],
    ['in full-width forms', 'gpt4', 'ＧＰＴ４ 模型'],
    ['by full-width forms', 'ＧＰＴ', 'gpt'],
    ['with a full-width space between them', '边缘　部署', '部署到边缘'],
    ['in half-width katakana', 'カタカナ', 'ｶﾀｶﾅ'],
    ['with spaces that only one writes', '使用OpenAI接口', '使用 OpenAI 接口'],
    ['with spaces that the other writes', '使用 OpenAI 接口', '使用OpenAI接口'],
    ['composed or not', 'cafe\u0301', 'caf\u00e9'],
    ['without their accents', 'cafe', 'café'],
    ['in another case of a letter that becomes two', 'STRASSE', 'Straße'],
    ['in Arabic without vowel signs', 'كتب', 'كَتَبَ'],
    ['as an emoji of several', '👩‍💻', 'hi 👩‍💻'],
    ['with signs', 'c++', 'C++ and C#'],
  ])('%s', (_, query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  test.each([
    ['of which one is missing', 'edge absent', 'Deploy it to the edge'],
    ['that are thoughts', 'plan', '<think>a plan</think>\n\nAnswer'],
    ['in another script that looks alike', 'か', 'が'],
    ['that are nothing but marks', '**', 'a **b**'],
  ])('but not %s', (_, query, text) => {
    expect(finds(query, text)).toBe(false);
  });
});

describe('a hit', () => {
  test('names the message with most of the words, the youngest of several', () => {
    const messages = [
      message('a', 'c', 'deploy', 1),
      message('b', 'c', 'deploy to the edge', 2),
      message('d', 'c', 'edge: deploy', 3),
      message('e', 'c', 'edge', 4),
    ];
    expect(search('deploy edge', [chat('c')], messages).get('c')?.message).toBe('d');
  });

  test('in the title alone has no message', () => {
    expect(search('pelican', [chat('c', 'Pelicans')], [message('m', 'c', 'x')]).get('c')).toEqual({
      message: null,
      snippet: null,
    });
  });

  test('shows the words as they are written, cut between whole characters', () => {
    const text = `${'👨‍👩‍👧'.repeat(20)}见**Ｆｅｔｃｈ**用法${'é'.repeat(80)}`;
    const snippet = search('fetch', [chat('c')], [message('m', 'c', text)]).get('c')?.snippet;
    expect(snippet?.before).toBe(`…${'👨‍👩‍👧'.repeat(11)}见`);
    expect(snippet?.found).toBe('Ｆｅｔｃｈ');
    expect(snippet?.after).toBe(`用法${'é'.repeat(58)}`);
  });
});

describe('folding', () => {
  const texts = fc.string({
    unit: fc.constantFrom(...'aAéß中文。，Ｆ１ がｶ한😀k_*`', ' ', '\n', 'e\u0301', '👩‍💻', 'كَ', 'ﬁ'),
    maxLength: 40,
  });

  test('with places gives the same as without', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(foldWithOrigins(text).text.trim()).toBe(fold(text).trim());
      }),
      { numRuns: 2000 },
    );
  });

  test('finds every piece of a text in it, on whole characters', () => {
    fc.assert(
      fc.property(texts, texts, texts, (before, sought, after) => {
        const term = fold(sought).trim();
        fc.pre(term !== '' && !/\s/.test(term));
        const text = `${before}\n${sought}\n${after}`;
        const places = placesOf(text, [term]);
        expect(places.length).toBeGreaterThan(0);
        const edges = new Set([0, text.length]);
        for (const { index } of new Intl.Segmenter().segment(text)) edges.add(index);
        for (const { start, end } of places) {
          expect(edges.has(start) && edges.has(end)).toBe(true);
          expect(fold(text.slice(start, end))).toContain(term);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of a query gives each word once', () => {
    expect(termsOf('  Edge  edge **部署** ')).toEqual(['edge', '部署']);
  });

  test('of Markdown leaves what is read', () => {
    expect(plainWords('# T\n\n> **a** [b](https://x.y "t") `c` ~~d~~\n- e \\* f')).toBe(
      'T\n\na b c d\ne * f\nhttps://x.y',
    );
  });
});
