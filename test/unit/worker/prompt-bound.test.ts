/** The bound of a prompt beside what real tokenizers make of it: they never make more. */
import { expect, test } from 'vitest';
import { boundOf } from '../../../src/worker/ledger/estimate.ts';
import { NO_LIMITS } from '../../../src/worker/ledger/limits.ts';
import { readFacts } from '../../../src/worker/ledger/read-facts.ts';
// Counted by `encodeChat` of gpt-tokenizer 4.0.0 for GPT-4o (o200k) and GPT-4 (cl100k), the words around a message included.
import counted from '../../support/counted-prompts.json' with { type: 'json' };
import { chatCall, TARGET } from '../../support/ledger.ts';

const limits = { ...NO_LIMITS, budget: { unit: 'tokens', amount: 1e9, period: 'day' } } as const;
const target = { ...TARGET, price: { window: 1_000_000, max_output: 1000 } };
const encoder = new TextEncoder();

const promptOf = (text: string, holds: 'strict' | 'typical'): number => {
  const { counts } = readFacts('chat/completions', new Uint8Array(encoder.encode(text)));
  const bound = boundOf(chatCall({ ...counts }), target, { ...limits, holds }, 1e9);
  return 'unpriced' in bound ? Number.NaN : bound.prompt;
};

test.each(counted)('a prompt of $name is held at no less than its tokens', ({ messages, o200k, cl100k }) => {
  const compact = JSON.stringify({ messages });
  const most = Math.max(o200k, cl100k);
  expect(promptOf(compact, 'strict')).toBeGreaterThanOrEqual(most);
  // However a client writes the same text: no shorter form of JSON says it.
  const escaped = compact.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  expect(promptOf(escaped, 'strict')).toBeGreaterThanOrEqual(most);
});

test('the estimate is no bound: rare scripts take more', () => {
  const rare = counted.find(({ name }) => name === 'Yi syllables');
  expect(promptOf(JSON.stringify({ messages: rare?.messages }), 'typical')).toBeLessThan(rare?.cl100k ?? 0);
});
