import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cjkCount, isCjk, isLetter } from '../../../src/worker/assistant/knowledge/characters.ts';
import { bigrams, lex, phraseKey, termsOf } from '../../../src/worker/assistant/knowledge/lex.ts';
import { languageOf } from '../../../src/worker/assistant/knowledge/retrieve.ts';
import { slipsBetween } from '../../../src/worker/config/near-name.ts';

const terms = (text: string) => lex(text).flatMap(termsOf);

describe('the tokenizer', () => {
  test.each([
    ['an identifier is found whole and by its parts', 'REQUIRE_AUTH', ['requireauth', 'requir', 'auth']],
    [
      'a path is found whole and by its parts',
      '/v1/chat/completions',
      ['v1chatcompletions', 'v1', 'chat', 'complet'],
    ],
    ['camel case is found whole and by its parts', 'baseURL', ['baseurl', 'base', 'url']],
    ['a model name keeps its digits', 'gpt-3.5-turbo', ['gpt35turbo', 'gpt', '3', '5', 'turbo']],
    ['English words are reduced to their stem', 'deploying deployments', ['deploi', 'deploy']],
    ['an apostrophe separates nothing', "don't", ['dont']],
    ['Chinese becomes pairs of neighbours', '访问令牌', ['访问', '问令', '令牌']],
    [
      'Chinese and Latin are told apart without a space',
      '用DeepSeek模型',
      ['用', 'deepseek', 'deep', 'seek', '模型'],
    ],
    ['full-width letters and digits are the same as narrow ones', 'ＡＰＩ４０１', ['api401']],
    ['punctuation is no term', '?! —— 。', []],
  ])('%s', (_, text, expected) => {
    expect(terms(text)).toEqual(expected);
  });

  test('any text becomes terms without white space or capital letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const term of terms(text)) {
          expect(term).not.toBe('');
          expect(term).not.toMatch(/\s/);
          expect(term).toBe(term.toLowerCase());
        }
      }),
    );
  });

  test('pairs are made of characters, never of halves of one', () => {
    expect(bigrams('𠮷野家')).toEqual(['𠮷野', '野家']);
  });

  test('a phrase has the same key however it is inflected', () => {
    expect(phraseKey(lex('environment variables'))).toBe(phraseKey(lex('Environment Variable')));
  });
});

describe('characters', () => {
  test('a letter is what Unicode calls a letter, a mark or a digit, but for those of Chinese, Japanese and Korean', () => {
    const differing: string[] = [];
    for (let code = 0; code <= 0x3ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      if (isLetter(character) !== (/[\p{L}\p{M}\p{N}]/u.test(character) && !isCjk(character)))
        differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });

  test('Chinese, Japanese and Korean characters are counted in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cjkCount(text)).toBe([...text].filter(isCjk).length);
      }),
    );
    expect(cjkCount('令牌 token 𠮷 トークン 토큰')).toBe(9);
  });
});

describe('the language of a question', () => {
  test.each([
    ['How do I deploy?', 'en'],
    ['怎么部署', 'zh'],
    ['REQUIRE_AUTH 怎么设置', 'zh'],
    ['', 'en'],
    ['どうやってデプロイしますか 方法', 'en'],
  ])('%s is answered in %s', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });
});

describe('slips of the pen', () => {
  test.each([
    ['deploy', 'deploy', 0],
    ['deplyo', 'deploy', 1],
    ['delpoyment', 'deployment', 1],
    ['tokn', 'token', 1],
    ['tokken', 'token', 1],
    ['cloudfalre', 'cloudflare', 1],
    ['abc', 'xyz', 3],
    ['', 'abc', 3],
  ])('%s is %s with %i', (a, b, slips) => {
    expect(slipsBetween(a, b)).toBe(slips);
    expect(slipsBetween(b, a)).toBe(slips);
  });
});
