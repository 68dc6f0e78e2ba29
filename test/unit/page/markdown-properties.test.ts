/** What holds for every answer in Chinese, English, Arabic and mixed, however it is cut into pieces. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEntities } from '../../../src/page/markdown/entities.ts';
import { LiveMarkdown } from '../../../src/page/markdown/live.ts';
import { rendered, renderedBlocks, streamed } from '../../support/page/markdown.ts';
import { cut } from '../../support/page/markdown-samples.ts';
import { bare, sourceOf, written } from '../../support/page/markdown-written.ts';

/** The visible characters of rendered blocks, without white space and the words of buttons. */
const shownText = (html: string) =>
  bare(decodeEntities(html.replace(/<button.*?<\/button>/gs, '').replace(/<[^>]*>/g, '')));

const places = fc.array(fc.nat(), { maxLength: 16 });

test('every character that is not markup is shown once and in its place', () => {
  fc.assert(
    fc.property(written, (blocks) => {
      const text = sourceOf(blocks);
      expect(shownText(rendered(text))).toBe(blocks.map(({ shown }) => shown).join(''));
    }),
    { numRuns: 1500 },
  );
});

test('any chunking ends in what the whole gives at once', () => {
  fc.assert(
    fc.property(written, places, (blocks, at) => {
      const text = sourceOf(blocks);
      expect(streamed(cut(text, at)).html).toBe(rendered(text));
    }),
    { numRuns: 500 },
  );
});

const KINDS = ['h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'table', 'blockquote', 'hr', 'pre', 'md-maths-display'];
const countOf = (html: string, kind: string) =>
  html.split(kind.startsWith('md-') ? kind : new RegExp(`<${kind}\\b`)).length - 1;
const linksOf = (html: string) => [...html.matchAll(/ href="([^"]*)"/g)].map(([, address]) => address);

test('no frame shows a kind of block that is taken back, a link that is not written, or markup of a finished block', () => {
  fc.assert(
    fc.property(written, fc.integer({ min: 1, max: 5 }), (blocks, size) => {
      const text = sourceOf(blocks);
      const final = linksOf(rendered(text));
      const live = new LiveMarkdown();
      let before = '';
      for (let end = size; end < text.length; end += size) {
        const frame = renderedBlocks(live.update(text.slice(0, end), false));
        for (const kind of KINDS) {
          expect(
            countOf(frame, kind),
            `${kind} after ${JSON.stringify(text.slice(0, end))}`,
          ).toBeGreaterThanOrEqual(countOf(before, kind));
        }
        expect(final).toEqual(expect.arrayContaining(linksOf(frame)));
        let done = 0;
        let finished = '';
        for (const { source, shown } of blocks) {
          done += source.length + 2;
          if (done >= end) break;
          finished += shown;
        }
        expect(shownText(frame).startsWith(finished), JSON.stringify(text.slice(0, end))).toBe(true);
        before = frame;
      }
    }),
    { numRuns: 150 },
  );
});

const FORMULAS = [
  '$$a_1 + b$$',
  '$$ x = \\frac{1}{2} $$',
  '$x^2=4$',
  '$n$',
  '$f(x) \\text{ for all } x$',
  '\\(a_n * b_n\\)',
  '\\[ c^2 \\]',
  '\\begin{cases} a & b \\\\ c & d \\end{cases}',
];
const BETWEEN = [
  '价格 $5 和 $10',
  '正文，',
  'and more words',
  '`$$x` 与 `\\(`',
  '**重点**',
  'US$5',
  '\n',
  '\n- ',
  '\n> ',
  '\n\n',
];

test('no frame shows the TeX of a formula that is not finished, and none is taken back', () => {
  const part = fc.oneof(fc.constantFrom(...FORMULAS), fc.constantFrom(...BETWEEN));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), (parts) => {
      const text = parts.join(' ');
      const live = new LiveMarkdown();
      let [shown, displayed] = [0, 0];
      for (let end = 1; end <= text.length; end++) {
        const frame = renderedBlocks(live.update(text.slice(0, end), false));
        const at = JSON.stringify(text.slice(0, end));
        const rest = frame
          .replace(/<span class="md-maths[^"]*">.*?<\/span>/gs, '')
          .replace(/<code>.*?<\/code>|`[^`]*$/gs, '')
          .replace(/(?:US|价格 |和 )\$\d*/g, '');
        expect(rest, at).not.toMatch(/[$^\\]|\w_\w/);
        const now = [countOf(frame, 'md-maths'), countOf(frame, 'md-maths-display')] as const;
        expect(now[0], at).toBeGreaterThanOrEqual(shown);
        expect(now[1], at).toBeGreaterThanOrEqual(displayed);
        [shown, displayed] = now;
      }
      expect(renderedBlocks(live.update(text, true))).toBe(rendered(text));
    }),
    { numRuns: 80 },
  );
});

test.each([
  '中文$$two words$',
  '其中 $$softmax(x)_i = \\frac{a}{b}$$ 是',
  '见 $$Loss = two words$$ 与',
  'a $$ is money, and a_b = c$ too',
  '见 $$\\text{ab cd} two words = x$$ 了',
])('what stands behind two dollars is not taken back before it is a formula: %j', (text) => {
  const live = new LiveMarkdown();
  let shown = '';
  for (let end = 1; end <= text.length; end++) {
    const frame = shownText(renderedBlocks(live.update(text.slice(0, end), false)));
    if (!frame.startsWith(shown)) expect(shown, text.slice(0, end)).not.toContain('$');
    shown = frame;
  }
  expect(renderedBlocks(live.update(text, true))).toBe(rendered(text));
});

test.each([
  '价格 $5 起，到 $10 为止',
  'It costs $5 and more',
  'set $HOME_DIR before you start',
  'a $$ is money',
  'C:\\dir\\name',
  'see \\begin{itemize} there',
])('words behind a dollar or a backslash are not held for a formula: %j', (text) => {
  const live = new LiveMarkdown();
  expect(shownText(renderedBlocks(live.update(`${text} end`, false)))).toBe(bare(`${text} end`));
});
