/**
 * The examples of CommonMark and of GFM's extensions: what they say is what the page shows, but for those below. What
 * the page does on purpose with every text (`spec-html.ts`) is no difference.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rendered, streamed } from '../../support/page/markdown.ts';
import { ourForm, specForm } from '../../support/page/spec-html.ts';

interface Example {
  readonly number: number;
  readonly section: string;
  readonly markdown: string;
  readonly html: string;
}

const examples = (name: string): readonly Example[] =>
  JSON.parse(readFileSync(new URL(`../../data/${name}.json`, import.meta.url), 'utf8')).examples;

/** Why an example is shown otherwise. The guide on development has a row for each reason, with how many examples it has. */
const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  commonmark: {
    'HTML is text': [
      21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166,
      167, 169, 170, 171, 172, 173, 174, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189,
      190, 191, 308, 309, 344, 475, 476, 477, 491, 524, 614, 615, 616, 617, 623, 630, 631, 642, 643,
    ],
    'definitions that lead nowhere are shown': [
      23, 33, 194, 195, 200, 203, 204, 206, 207, 208, 210, 317, 536, 537, 544, 545, 563, 565, 567, 571, 592,
    ],
    'bare addresses are links': [518, 519, 602, 608, 611, 612],
    'an address is written as the browser writes it': [20, 202, 526, 538, 603],
    'a formula is a formula': [12],
    'character references that no answer uses are text': [25],
  },
  gfm: {
    'HTML is text': [657],
    'surplus cells are kept': [204],
    'one tilde is a tilde': [491],
  },
};

/** The reasons in the Chinese guide's words. */
const CHINESE: Readonly<Record<string, string>> = {
  'HTML is text': 'HTML 按文本显示',
  'definitions that lead nowhere are shown': '没有指向的链接定义照样显示',
  'bare addresses are links': '裸网址就是链接',
  'an address is written as the browser writes it': '网址按浏览器的写法显示',
  'a formula is a formula': '公式就是公式',
  'character references that no answer uses are text': '回答用不到的字符引用按文本显示',
  'surplus cells are kept': '表格里多出的单元格保留',
  'one tilde is a tilde': '单个波浪号就是波浪号',
};

/** The examples' addresses are relative, which here lead nowhere: where an example is about links, they are made whole. */
function withWholeAddresses({ markdown, html, ...example }: Example): Example {
  if (!/(?:href|src)="(?:\/(?:foo-)?ur[li]|train)/.test(html)) return { ...example, markdown, html };
  const whole = (text: string) =>
    text.replace(/(?<=[ (<\n"])(?:\/(?=(?:foo-|bar-|baz-)?ur[li])|(?=train\.jpg))/g, 'https://e.example/');
  return { ...example, markdown: whole(markdown), html: whole(html) };
}

describe.each(Object.keys(DIFFERENCES))('the examples of %s', (name) => {
  test('are shown as they say, but for those that are listed with a reason', () => {
    const differing = examples(name)
      .map(withWholeAddresses)
      .filter(({ markdown, html }) => ourForm(rendered(markdown)) !== specForm(html))
      .map(({ number }) => number);
    const listed = Object.values(DIFFERENCES[name] ?? {}).flat();
    expect(differing).toEqual(listed.toSorted((a, b) => a - b));
  });

  test('end in the same blocks character by character', () => {
    for (const { markdown } of examples(name)) {
      expect(streamed([...markdown]).html).toBe(rendered(markdown));
    }
  });
});

test.each([
  ['en', (reason: string) => reason],
  ['zh', (reason: string) => CHINESE[reason]],
] as const)('the guide says where we differ, and how often (%s)', (language, inWords) => {
  const guide = readFileSync(new URL(`../../../docs/${language}/development.md`, import.meta.url), 'utf8');
  const counts = new Map<string, number>();
  for (const [reason, numbers] of Object.values(DIFFERENCES).flatMap((each) => Object.entries(each)))
    counts.set(reason, (counts.get(reason) ?? 0) + numbers.length);
  const rows = [...guide.matchAll(/^\| (.+?) \| .+ \| (\d+) \|$/gm)].map(([, reason, count]) => [
    reason,
    Number(count),
  ]);
  expect(rows).toEqual([...counts].map(([reason, count]) => [inWords(reason), count]));
});
