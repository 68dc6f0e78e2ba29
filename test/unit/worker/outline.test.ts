/** The outline of a long JSON text: the same members, without the long texts in them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outlineOf } from '../../../src/worker/http/json/outline.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const OMITTED = '(a long text)';

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

function outline(text: string): string {
  return decoder.decode(outlineOf(bytes(text)));
}

/** A body that is long enough to be looked at, with one member more. */
function body(member: string): string {
  return `{"model":"m","picture":"${'A'.repeat(100_000)}",${member}}`;
}

describe('the outline', () => {
  test('of a short text is the text itself', () => {
    const short = bytes(`{"text":"${'A'.repeat(20_000)}"}`);
    expect(outlineOf(short)).toBe(short);
  });

  test('of a long text without long texts in it is the text itself', () => {
    const long = bytes(`[${'"word",'.repeat(20_000)}"word"]`);
    expect(outlineOf(long)).toBe(long);
  });

  test.each([
    ['numbers keep their digits', '"n":1.0,"seed":9223372036854775807'],
    ['short texts keep their bytes', '"t":"a\\"b\\\\","u":"你好"'],
    ['brackets and quotes in texts are no brackets and quotes', '"t":"}],{\\"messages\\":[","stream":true'],
    ['what is no JSON stays none', '"stream":true,}'],
    ['a text without an end stays without one', `"t":"${'B'.repeat(10_000)}`],
  ])('%s', (_, member) => {
    expect(outline(body(member))).toBe(`{"model":"m","picture":"${OMITTED}",${member}}`);
  });

  test.each([
    ['an escaped quote', '\\"'],
    ['an escaped backslash', '\\\\'],
    ['both', '\\\\\\"'],
  ])('a long text ends behind %s where JSON says', (_, last) => {
    const text = `{"long":"${'A'.repeat(100_000)}${last}","stream":true}`;
    expect(outline(text)).toBe(`{"long":"${OMITTED}","stream":true}`);
  });

  test('is what a reader of the whole would have seen, with every long text left out', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('"', '\\', '\\"', '{', '],', '\n'),
    );
    const long = fc.tuple(word, word).map(([from, to]) => `${from}${'A'.repeat(5000)}${to}`);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        word,
        long,
        fc.integer(),
        fc.constantFrom(null, true),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(word, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, fc.boolean(), (any, pretty) => {
        const whole = { picture: 'A'.repeat(70_000), any };
        const text = JSON.stringify(whole, undefined, pretty ? 2 : undefined);
        const seen: unknown = JSON.parse(text, (_, each) =>
          typeof each === 'string' && bytes(JSON.stringify(each)).length > 4096 ? OMITTED : each,
        );
        expect(JSON.parse(outline(text))).toEqual(seen);
      }),
      { numRuns: 300 },
    );
  });
});
