/** What the holder of an issued key is warned of, and what is taken for a key of the reader's own. */
import { describe, expect, it } from 'vitest';
import { keyWarning } from '../../../src/page/login/key-warning.ts';
import { looksOwn } from '../../../src/page/login/own-key-form.ts';
import { readKey } from '../../../src/page/usage/report.ts';

const NOW = 1_790_000_000;
const DAY = 86_400;

function key(spent: number, held: number, expires: number | null) {
  const left = { budget: { spent, held, left: 10 - spent - held, resets_at: NOW + DAY } };
  return readKey({ id: 'key_1', limits: { budget: { usd: 10, period: 'day' } }, left, expires_at: expires });
}

describe('the holder of a key', () => {
  it.each([
    ['of nothing while there is enough', 8.9, 0, null, null],
    ['of nothing because of what calls under way hold', 5, 5, null, null],
    ['of a tenth of the budget', 9.1, 0, null, 'low'],
    ['of a budget that is used up', 10, 0, null, 'spent'],
    ['of the budget before the end', 10.5, 0, NOW + DAY, 'spent'],
    ['of an end within three days', 0, 0, NOW + 2 * DAY, 'ends'],
    ['of no end that is far away', 0, 0, NOW + 30 * DAY, null],
  ] as const)('is warned %s', (_, spent, held, expires, expected) => {
    expect(keyWarning(key(spent, held, expires), NOW)).toBe(expected);
  });

  it('without a budget, or of whom nothing is known, is warned of nothing', () => {
    expect(keyWarning(readKey({}), NOW)).toBeNull();
    expect(keyWarning(readKey({ limits: { budget: { usd: 1 } } }), NOW)).toBeNull();
  });
});

describe('a refused login', () => {
  it.each([
    ['sk-proj-0123456789', '^sk-', true],
    ['sk-proj-0123456789', '^(?<broken', true],
    ['sk-nx-0123456789', '^sk-', false],
    ['the token of somebody', '^sk-', false],
    ['sk-proj-0123456789', null, true],
    ['gsk_0123456789', null, false],
    ['gsk_0123456789', '^gsk_', true],
  ])('with %j under %s looks like an own key: %s', (typed, pattern, expected) => {
    expect(looksOwn(typed, pattern)).toBe(expected);
  });
});
