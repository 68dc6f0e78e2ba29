import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarkdownWriter } from '../../../src/cli/markdown.ts';
import { columns, type Style, withoutControls } from '../../../src/cli/terminal.ts';

const TAGGED: Style = (format, text) => `<${[format].flat().join(' ')}>${text}</>`;
const PLAIN: Style = (_, text) => text;

function written(pieces: readonly string[], style: Style): string {
  let out = '';
  const writer = new MarkdownWriter((text) => {
    out += text;
  }, style);
  for (const piece of pieces) writer.push(piece);
  writer.end();
  return out;
}

describe('Markdown on a terminal', () => {
  test.each([
    ['# A *b*', '<bold cyan>A <italic>b</></>\n'],
    ['a **b** `c` ~~d~~', 'a <bold>b</> <yellow>c</> <strikethrough>d</>\n'],
    ['one\n\ntwo', 'one\n\ntwo\n'],
    ['- a\n- b\n  - c', '<cyan>•</> a\n<cyan>•</> b\n  <cyan>•</> c\n'],
    ['3. a\n4. b', '<cyan>3.</> a\n<cyan>4.</> b\n'],
    ['```js\nx = 1;\n\ny\n```', '  <yellow>x = 1;</>\n  <yellow></>\n  <yellow>y</>\n'],
    ['[name](https://example.com)', '<underline>name</> (https://example.com)\n'],
    ['| a | b |\n|---|---|\n| 中 | 2 |', '<bold>a   b</>\n中  2\n'],
    ['2 * 3 < 7 [x] a_b', '2 * 3 < 7 [x] a_b\n'],
    ['a &amp; b \\*c\\*', 'a &amp; b *c*\n'],
    ['', ''],
  ])('%j', (source, expected) => {
    expect(written([source], TAGGED)).toBe(expected);
  });

  test('words are written as soon as they are sure', () => {
    let out = '';
    const writer = new MarkdownWriter((text) => {
      out += text;
    }, TAGGED);
    writer.push('Some wor');
    expect(out).toBe('Some');
    writer.push('ds and **bold ');
    expect(out).toBe('Some words and');
    writer.push('text** here ');
    expect(out).toBe('Some words and <bold>bold text</> here');
  });

  const SOURCE = fc.array(
    fc.constantFrom(
      'word',
      ' ',
      '\n',
      '\n\n',
      '**',
      '*',
      '`',
      '```\n',
      '# ',
      '- ',
      '1. ',
      '> ',
      '[a](b)',
      '|',
      '---',
      '_',
      '<b>',
      '中文',
      '~~',
    ),
    { maxLength: 30 },
  );

  test('however a text is cut, no letter of it is lost, and none changes its place', () => {
    fc.assert(
      fc.property(SOURCE, (pieces) => {
        const letters = (text: string) => text.replace(/[^a-z中文]/g, '');
        let rest = letters(written([pieces.join('')], PLAIN));
        for (const letter of letters(written(pieces, PLAIN)))
          if (rest.startsWith(letter)) rest = rest.slice(1);
        expect(rest).toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  test('paragraphs, lists and code are the same however they are cut', () => {
    const source = fc.array(
      fc.constantFrom(
        'word ',
        'two words.\n',
        '\n\n',
        '**bold** ',
        '`code` ',
        '\n\n- item\n',
        '\n\n```\nx\ny\n```\n\n',
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(source, (pieces) => {
        expect(written(pieces, TAGGED)).toBe(written([pieces.join('')], TAGGED));
      }),
      { numRuns: 500 },
    );
  });
});

test('control codes and bidirectional overrides are taken out; tabs and lines stay', () => {
  expect(withoutControls('a\u001b[31m\tb\r\nc\u0007\u009b1m\u202ed')).toBe('a[31m\tb\nc1md');
});

test('columns count wide characters twice, and numbers stand on the right', () => {
  expect(
    columns([
      ['名', 5],
      ['abc', 10],
    ]),
  ).toBe('名    5\nabc  10');
});
