import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numberOf, parseLossless } from '../../../src/worker/http/json/lossless.ts';

/** Every form that a JSON number may have. */
const numberLiteral = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^(0|[1-9]\d{0,24})$/),
    fc.option(fc.stringMatching(/^\d{1,20}$/)),
    fc.option(fc.stringMatching(/^[eE][+-]?\d{1,3}$/)),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent ?? ''}`,
  );

describe('lossless JSON', () => {
  test.each([
    '9223372036854775807',
    '-0',
    '1.0',
    '0.10',
    '1e400',
    '1E5',
    '-1.5e-7',
    '[1.0,{"a":-0.0}]',
    '{"a":100000000000000000000000}',
    '{"a":"-0","b":"1.0","c":"12345678901234567890"}',
  ])('%s comes out as it went in', (text) => {
    expect(JSON.stringify(parseLossless(text))).toBe(text);
  });

  test('a number that JavaScript prints as written is a plain number', () => {
    expect(parseLossless('[1,-2,0.5,"1.0"]')).toEqual([1, -2, 0.5, '1.0']);
  });

  test('the amount of a kept literal can be read', () => {
    expect(numberOf(parseLossless('1.50'))).toBe(1.5);
    expect(numberOf(parseLossless('3'))).toBe(3);
    expect(numberOf(parseLossless('"3"'))).toBeUndefined();
    expect(numberOf({})).toBeUndefined();
  });

  test('every number literal survives, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(numberLiteral), fc.constantFrom('', ' ', '\n\t'), (literals, space) => {
        const text = `{"a":${space}[${literals.join(`,${space}`)}]}`;
        expect(JSON.stringify(parseLossless(text))).toBe(`{"a":[${literals.join(',')}]}`);
      }),
    );
  });

  test('every other value comes out as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(JSON.stringify(parseLossless(text)))).toEqual(
          JSON.parse(JSON.stringify(JSON.parse(text))),
        );
      }),
    );
  });

  test('a text that is no JSON throws', () => {
    expect(() => parseLossless('{"a":1.0')).toThrow(SyntaxError);
    expect(() => parseLossless('{"a":1')).toThrow(SyntaxError);
  });
});
