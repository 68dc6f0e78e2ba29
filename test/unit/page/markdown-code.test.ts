/** Where code is coloured. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeRanges } from '../../../src/page/markdown/code-ranges.ts';

const kinds = (code: string, lang: string) =>
  codeRanges(code, lang).map(({ kind, start, end }) => [kind, code.slice(start, end)]);

test.each([
  [
    'ts',
    'const a = 1 // 注',
    [
      ['keyword', 'const'],
      ['class', '1'],
      ['comment', '// 注'],
    ],
  ],
  [
    'py',
    'def f(): # x',
    [
      ['keyword', 'def'],
      ['comment', '# x'],
    ],
  ],
  ['python3', 'return', [['keyword', 'return']]],
  [
    'JSON',
    '{"a": null}',
    [
      ['property', '"a"'],
      ['keyword', 'null'],
    ],
  ],
  ['go', 'func main() {}', [['keyword', 'func']]],
  ['js{1,3}', 'let', [['keyword', 'let']]],
  ['nosuch', 'const a = 1', []],
  ['', 'const a = 1', []],
])('%s', (lang, code, expected) => {
  expect(kinds(code, lang)).toEqual(expected);
});

test('ranges lie inside the code, in order, and do not overlap', () => {
  const code = fc.string({ unit: fc.constantFrom(...'ab1 \n\t"\'`/*#<>{}()=;$中😀\\') });
  const langs = fc.constantFrom('ts', 'py', 'html', 'css', 'sh', 'md', 'sql', 'rust', 'diff', 'yaml');
  fc.assert(
    fc.property(code, langs, (text, lang) => {
      let last = 0;
      for (const { start, end } of codeRanges(text, lang)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 1000 },
  );
});
