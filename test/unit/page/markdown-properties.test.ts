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
