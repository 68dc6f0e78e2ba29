import { describe, expect, it } from 'vitest';
import { en } from '../../../src/page/i18n/en.ts';
import { enHolder } from '../../../src/page/i18n/en-holder.ts';
import { enMore } from '../../../src/page/i18n/en-more.ts';
import { enSignIn } from '../../../src/page/i18n/en-sign-in.ts';
import { enTools } from '../../../src/page/i18n/en-tools.ts';
import { enUsage } from '../../../src/page/i18n/en-usage.ts';
import { chooseLocale } from '../../../src/page/i18n/locale.ts';
import { loadWords } from '../../../src/page/i18n/translate.ts';
import { zh } from '../../../src/page/i18n/zh.ts';
import { zhHolder } from '../../../src/page/i18n/zh-holder.ts';
import { zhMore } from '../../../src/page/i18n/zh-more.ts';
import { zhSignIn } from '../../../src/page/i18n/zh-sign-in.ts';
import { zhTools } from '../../../src/page/i18n/zh-tools.ts';
import { zhUsage } from '../../../src/page/i18n/zh-usage.ts';

const placeholders = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort();

/** The dictionaries of each page: those of one page are spoken together. */
const PAGES = [
  ['chat', [en, enMore, enTools, enSignIn, enHolder], [zh, zhMore, zhTools, zhSignIn, zhHolder]],
  ['usage', [enUsage, enSignIn], [zhUsage, zhSignIn]],
] as const;

describe.each(PAGES)('the two dictionaries of the %s page', (_, englishSets, chineseSets) => {
  const english: Readonly<Record<string, string>> = Object.assign({}, ...englishSets);
  const chinese: Readonly<Record<string, string>> = Object.assign({}, ...chineseSets);

  it('have the same keys, and no key twice', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    const all = englishSets.flatMap((words) => Object.keys(words));
    expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
  });

  it.each(Object.keys(english))('say %s in both languages with the same placeholders', (key) => {
    expect(english[key]).toMatch(/\S/);
    expect(chinese[key]).toMatch(/\S/);
    expect(placeholders(chinese[key])).toEqual(placeholders(english[key]));
  });

  it('write Chinese with Chinese punctuation', () => {
    const wrong = Object.entries(chinese).filter(([, text]) =>
      /\p{Script=Han}[,;:!?()]|[,;!?()]\p{Script=Han}/u.test(text),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the language', () => {
  it.each([
    ['auto', ['zh-TW', 'en'], 'zh-CN'],
    ['auto', ['fr', 'zh'], 'zh-CN'],
    ['auto', ['fr', 'en-GB', 'zh'], 'en'],
    ['auto', ['fr'], 'en'],
    ['auto', [], 'en'],
    ['en', ['zh-CN'], 'en'],
    ['zh-CN', ['en'], 'zh-CN'],
  ] as const)('chosen %s with the browser’s %j is %s', (choice, languages, expected) => {
    expect(chooseLocale(choice, languages)).toBe(expected);
  });

  it('fills in what it is given', async () => {
    const t = await loadWords('en', ['more']);
    expect(t('retryIn', { wait: '5 min' })).toBe('Try again in 5 min');
    const first = await loadWords('zh-CN');
    expect(first('send')).toBe('发送');
    expect(first('failServer')).toBe('…');
  });
});
