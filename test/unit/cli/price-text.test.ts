import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { priceText, withPrices } from '../../../src/cli/price-text.ts';

const price = fc.double({ min: 0, max: 1e6, noNaN: true });
const prices = fc.dictionary(
  fc.stringMatching(/^[\w./:*@ -]{1,20}$/).filter((name) => name !== '__proto__'),
  fc.record({
    input: price,
    output: price,
    tiers: fc.dictionary(fc.stringMatching(/^[a-z ."]{1,8}$/), price),
  }),
  { minKeys: 1 },
);

describe('prices in a file', () => {
  test('are read as they were written, in each form', () => {
    fc.assert(
      fc.property(prices, (table) => {
        const same = JSON.parse(JSON.stringify(table));
        expect(JSON.parse(JSON.stringify(parse(priceText(table, 'toml'))))).toEqual({
          vars: { PRICES: same },
        });
        expect(JSON.parse(parseEnv(priceText(table, 'env'))['PRICES'] ?? '')).toEqual(same);
      }),
    );
  });

  const [old, fresh] = [{ a: { input: 1, output: 1 } }, { b: { input: 2, output: 2 } }];

  test.each([
    ['toml', '# Mine\n[vars]\nDEBUG = "true"\n', '\n[env.staging]\nname = "staging"\n'],
    ['env', '# Mine\nDEBUG=true\n', '\nPORT=9000\n'],
  ] as const)('stand in %s at its end, and another import takes their place alone', (form, head, tail) => {
    const once = withPrices(head, old, form) ?? '';
    expect(once).toContain(head.trim());
    const twice = withPrices(once + tail, fresh, form) ?? '';
    expect(twice).toBe(once.replace(priceText(old, form), priceText(fresh, form)) + tail);
  });

  test.each([
    ['toml', '[vars.PRICES]\n"x" = { input = 1 }\n'],
    ['toml', 'vars = { PRICES = { x = { input = 1 } } }\n'],
    ['toml', 'vars = { DEBUG = "true" }\n'],
    ['toml', 'this is = = no TOML'],
    ['env', "PRICES='{}'\n"],
  ] as const)('are not put into %s that has PRICES or cannot take them: %j', (form, before) => {
    expect(withPrices(before, old, form)).toBeUndefined();
  });
});
