import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRecord, parseJson } from '../../../src/worker/http/json/read.ts';

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['{}', false],
  [1, false],
  [true, false],
  [JSON.rawJSON('1.0'), false],
])('%j is a JSON object: %s', (value, is) => {
  expect(isRecord(value)).toBe(is);
});

test.each(['', '{', '{"a":1,}', "{'a':1}", 'NaN', 'undefined', '[1', '"\\x"', '\ufeff{}'])(
  'the text %j is no JSON, and that is no crash',
  (text) => {
    expect(parseJson(text)).toBeUndefined();
  },
);

test('what JSON can say is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});
