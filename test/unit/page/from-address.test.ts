import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broughtBy } from '../../../src/page/chat/from-address.ts';

describe('an address', () => {
  it.each([
    ['', '', {}],
    ['?q=', '', {}],
    ['?q=Hello+there', 'Hello there', {}],
    ['?q=a%0D%0Ab%0Dc%09d', 'a\nb\nc\td', {}],
    ['?q=%00%1B%5B31mred', '[31mred', {}],
    ['?q=%E4%BD%A0%E5%A5%BD&model=gpt-4.1', '你好', { mode: 'openai', model: 'gpt-4.1' }],
    ['?model=deepseek/deepseek-chat:free', '', { mode: 'openai', model: 'deepseek/deepseek-chat:free' }],
    ['?q=x&model=nexcode', 'x', { mode: 'assistant' }],
    ['?q=x&model=', 'x', {}],
    ['?q=x&model=two%20words', 'x', {}],
    ['?q=x&model=a%E2%80%AEb', 'x', {}],
    [`?model=${'m'.repeat(201)}`, '', {}],
    ['?utm_source=y', '', {}],
    ['?q=%', '%', {}],
  ])('%s brings %j and %j', (search, question, setup) => {
    expect(broughtBy(search)).toEqual({ question, setup, temporary: false });
  });

  it('asks for a temporary chat by that word alone', () => {
    expect(broughtBy('?q=x&temporary-chat=true').temporary).toBe(true);
    expect(broughtBy('?q=x&temporary-chat=1').temporary).toBe(false);
  });

  it('brings every question as it was written', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !/[\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(texts, (text) => {
        expect(broughtBy(`?q=${encodeURIComponent(text)}`).question).toBe(text);
      }),
    );
  });
});
