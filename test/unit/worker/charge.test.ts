/** What ends of calls are booked at, and what a request's body says of its cost. */
import { describe, expect, test } from 'vitest';
import { type BookedCall, chargeOf, NO_CHARGE } from '../../../src/worker/ledger/charge.ts';
import { boundOf } from '../../../src/worker/ledger/estimate.ts';
import { NO_LIMITS } from '../../../src/worker/ledger/limits.ts';
import { mostOfTokens, priceOfTokens } from '../../../src/worker/ledger/pricing.ts';
import { readFacts } from '../../../src/worker/ledger/read-facts.ts';
import type { Closing } from '../../../src/worker/upstream/account.ts';
import { chatCall, TARGET } from '../../support/ledger.ts';

const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));
const USD = { ...NO_LIMITS, budget: { unit: 'usd', amount: 1e9, period: 'day' } } as const;

function booked(endpoint: string, price: BookedCall['target']['price'], parts = {}): BookedCall {
  return {
    call: chatCall({ endpoint, ...parts }),
    target: { ...TARGET, price },
    model: 'gpt-test',
    bound: undefined,
    holds: 'typical',
  };
}

const whole = (usage?: Closing['usage']): Closing => ({ end: 'whole', usage });
const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

describe('an endpoint that is paid by the picture', () => {
  test('is booked at its price, which nobody reported', () => {
    expect(
      chargeOf(whole(), booked('images/generations', { per_image: 0.04 }, { pictures: 3 })),
    ).toMatchObject({
      cost: 120_000_000,
      estimated: true,
      source: 'estimated',
    });
  });

  test('keeps the tokens that the upstream counted beside that price', () => {
    expect(chargeOf(whole(USAGE), booked('images/generations', { per_image: 0.04 }))).toMatchObject({
      prompt: 10,
      completion: 5,
      cost: 40_000_000,
      source: 'estimated',
    });
  });

  test('is booked by its tokens where they alone have a price, and by the vendor’s cost where it says one', () => {
    const priced = booked('images/generations', { input: 1, output: 2 });
    expect(chargeOf(whole(USAGE), priced)).toMatchObject({ cost: 20_000, source: 'reported' });
    const vendor = chargeOf(whole({ ...USAGE, cost_usd: 0.5 }), booked('images/edits', { per_image: 0.04 }));
    expect(vendor).toMatchObject({ cost: 500_000_000, source: 'vendor', estimated: false });
  });

  test('costs what nobody knows where there is no price', () => {
    expect(chargeOf(whole(), booked('images/generations', null))).toMatchObject({
      cost: null,
      estimated: true,
      source: 'estimated',
    });
  });
});

test('what is known of no target costs what nobody knows, and a refusal nothing', () => {
  expect(chargeOf({ end: 'handed_over', usage: undefined }, undefined)).toMatchObject({ cost: null });
  expect(chargeOf({ end: 'refused', usage: undefined }, undefined)).toEqual(NO_CHARGE);
});

test('tokens that are written to the vendor’s cache have a price of their own', () => {
  const price = { input: 4, cached: 0.4, cache_write: 5, output: 10 };
  const usage = {
    ...USAGE,
    prompt_tokens: 1000,
    total_tokens: 1005,
    cached_tokens: 600,
    cache_write_tokens: 300,
  };
  expect(chargeOf(whole(usage), booked('chat/completions', price))).toMatchObject({
    prompt: 1000,
    cached: 600,
    written: 300,
    cost: 100 * 4000 + 600 * 400 + 300 * 5000 + 5 * 10_000,
    source: 'reported',
  });
  // Without a price of their own they are ordinary tokens of the prompt.
  const plain = { input: 4, output: 10 };
  expect(chargeOf(whole(usage), booked('chat/completions', plain)).cost).toBe(1000 * 4000 + 5 * 10_000);
});

test('no use of the cache costs more than the bound, behind a long prompt too', () => {
  const price = {
    input: 4,
    cached: 0.4,
    cache_write: 5,
    output: 10,
    above: { tokens: 500, input: 8, output: 20, cache_write: 10 },
  };
  for (const prompt of [400, 500, 501, 2000]) {
    for (const [cached, written] of [
      [0, 0],
      [prompt, 0],
      [0, prompt],
      [100, prompt - 100],
    ] as const) {
      const cost = priceOfTokens(price, { prompt, cached, written, completion: 7 }, []);
      expect(cost).toBeLessThanOrEqual(mostOfTokens(price, chatCall(), prompt, 7) ?? 0);
    }
  }
});

describe('what a body asks for', () => {
  const counts = (endpoint: string, text: string, type?: string) =>
    readFacts(endpoint, bytes(text), type).counts;
  const form = (...fields: readonly [string, string][]) =>
    `${fields.map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--b--\r\n`;
  const FORM = 'multipart/form-data; boundary=b';

  test.each([
    ['{"n":4}', 4],
    ['{"n":"4"}', 4],
    ['{"n":3.5}', 4],
    ['{"n":4,"n":2}', 4],
    ['{"n":null}', 1],
    ['{"n":-1}', 1],
    ['{"n":true}', 1],
  ])('counts the pictures of %s', (text, pictures) => {
    expect(counts('images/generations', text)).toMatchObject({ pictures, isUnread: false });
    // The type under which it is sent does not matter to every upstream.
    expect(counts('images/generations', text, 'text/plain')).toMatchObject({ pictures, isUnread: false });
  });

  test('counts the pictures of a form', () => {
    expect(counts('images/edits', form(['prompt', 'x'], ['n', '10']), FORM).pictures).toBe(10);
    expect(counts('images/edits', form(['n', '1'], ['n', '8']), FORM).pictures).toBe(8);
    expect(counts('images/edits', form(['prompt', 'x']), FORM)).toMatchObject({
      pictures: 1,
      isUnread: false,
    });
    expect(counts('images/edits', '--b\r\nbroken', FORM).isUnread).toBe(true);
  });

  test.each([
    ['images/generations', 'n=10', 'application/x-www-form-urlencoded', { per_image: 0.04 }],
    ['audio/speech', 'x', 'text/plain', { per_character: 0.001 }],
    ['embeddings', '\u001f\u008b', 'application/json', { input: 1, window: 8000 }],
    ['embeddings', form(['input', 'x']), FORM, { input: 1, window: 8000 }],
  ])('has no bound for %s that cannot be read', (endpoint, text, type, price) => {
    const call = chatCall({ ...counts(endpoint, text, type) });
    expect(boundOf(call, { ...TARGET, price }, USD, 1e9)).toMatchObject({ unpriced: 'endpoint' });
    // A key without a budget is served.
    expect(boundOf(call, { ...TARGET, price }, NO_LIMITS, 0)).not.toHaveProperty('unpriced');
  });

  test('a form without counts is bounded by the price of a request', () => {
    const call = chatCall({ ...counts('audio/transcriptions', form(['file', 'x']), FORM) });
    const bound = boundOf(call, { ...TARGET, price: { per_request: 0.01 } }, USD, 1e9);
    expect(bound).toMatchObject({ cost: 10_000_000 });
  });
});
