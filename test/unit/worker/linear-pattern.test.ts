/** Patterns for keys: they find what a regular expression finds, in time that no text can blow up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LinearPattern,
  LONGEST_TEXT,
  UnsupportedPattern,
} from '../../../src/worker/config/linear-pattern.ts';

const PATTERNS = [
  '^sk-',
  '^(sk|gsk|xai)[-_]',
  '^sk-[A-Za-z0-9_-]{3,}$',
  '^eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+$',
  '^(?:sk-(?:proj|ant)-[a-c]{2,4}|AIza.+)$',
  '^(?<form>a|bb)c?$',
  '^a{2}b{0,2}$',
  '^a{0}b$',
  '(a|b)*c$',
  '(a*)*b',
  'a|^b|c$',
  '^(|a)b$',
  '^[^a-b]+?$',
  '\\x61\\u0062\\-\\.',
  '^\\d+\\D*\\s?$',
  '.{2}b',
  'a{,2}',
  '^]b{$',
  '[\\]a]c',
  '',
];

describe('what a pattern finds', () => {
  test.each(PATTERNS)('%s finds what the runtime finds', (source) => {
    const own = new LinearPattern(source);
    const runtimes = new RegExp(source);
    const pieces = fc.constantFrom(
      'sk-',
      'gsk_',
      'a',
      'b',
      'c',
      'eyJ',
      '.',
      '-',
      '0',
      'proj-',
      '{',
      '}',
      ',',
      '2',
      ']',
      'AIza',
      '\u00e9',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect([text, own.test(text)]).toEqual([text, runtimes.test(text)]);
      }),
      { numRuns: 300 },
    );
  });
});

test.each(['^(a+)+$', '^(a|a)*$', '^(.*a){20}$', '^(?:a?){200}a{200}$', '(x+x+)+y', '^([a-z]*)*([a-z]*)*1$'])(
  '%s, over which going back takes years, is decided at once',
  (source) => {
    const text = 'a'.repeat(LONGEST_TEXT - 1);
    expect(new LinearPattern(source).test(`${text}!`)).toBe(false);
  },
);

test('a longer text is no key, whatever it begins with', () => {
  expect(new LinearPattern('^sk-').test(`sk-${'a'.repeat(LONGEST_TEXT - 3)}`)).toBe(true);
  expect(new LinearPattern('^sk-').test(`sk-${'a'.repeat(LONGEST_TEXT - 2)}`)).toBe(false);
});

test.each([
  '(',
  'a{2,1}',
  '^(?=sk)',
  '^(?!sk)',
  '(?<=a)b',
  '(?<!a)b',
  '(a)\\1',
  '(?<x>a)\\k<x>',
  '\\bsk',
  'a\\B',
  '(?i:sk)',
  'a{1001}',
  '((a{100}){100}){100}',
  `^${'a'.repeat(1001)}`,
])('%s is refused', (source) => {
  expect(() => new LinearPattern(source)).toThrow(UnsupportedPattern);
});
