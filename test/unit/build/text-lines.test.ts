/** Whatever ends the lines of a text file, its readers see the same. */
import { describe, expect, test } from 'vitest';
import { renderGuide } from '../../../scripts/docs/render-guide.ts';
import { readFrontMatter } from '../../../scripts/knowledge/front-matter.ts';
import { splitMarkdown } from '../../../scripts/knowledge/split-markdown.ts';
import { readThesaurus } from '../../../scripts/knowledge/thesaurus.ts';
import { withUnixLines } from '../../../scripts/text-lines.ts';

test('CRLF, CR and LF become LF, each once', () => {
  expect(withUnixLines('a\r\nb\rc\nd\r\n\r\ne')).toBe('a\nb\nc\nd\n\ne');
});

const THESAURUS = '# words\n\nstop: the, a\nstart, begin\n';
const DOCUMENT =
  '---\ntitle: T\nlang: en\n---\n\n# T\n\n## A\n\n<!-- ask: x; y -->\n\n```sh\none\ntwo\n```\n\n| a |\n|---|\n| 1 |\n';

describe.each([
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('with %s', (_, ending) => {
  const written = (text: string) => text.replaceAll('\n', ending);

  test('the thesaurus is the same', () => {
    expect(readThesaurus(written(THESAURUS))).toEqual(readThesaurus(THESAURUS));
  });

  test('front matter and sections are the same', () => {
    expect(readFrontMatter(written(DOCUMENT))).toEqual(readFrontMatter(DOCUMENT));
    const { markdown } = readFrontMatter(DOCUMENT);
    expect(splitMarkdown(written(markdown), 'f')).toEqual(splitMarkdown(markdown, 'f'));
  });

  test('the page of a guide is the same', () => {
    expect(renderGuide(written(DOCUMENT))).toEqual(renderGuide(DOCUMENT));
  });
});
