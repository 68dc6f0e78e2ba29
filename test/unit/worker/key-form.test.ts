import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimsToBeIssued, makeKey, readKey } from '../../../src/worker/access/key-form.ts';

const SECRET = 'a-secret-for-keys-of-32-characters!';
const OTHER = 'another-secret-of-thirty-two-chars!';

test('a key that was made is read by the secret of its tag, and by no other', () => {
  const key = makeKey(SECRET);
  const { id, digest } = key;
  expect(key.value).toMatch(/^sk-nx-[0-9A-Za-z]{48}$/);
  expect(readKey(key.value, [SECRET])).toEqual({ id, digest });
  expect(readKey(key.value, [OTHER, SECRET])).toEqual({ id, digest });
  expect(readKey(key.value, [OTHER])).toBeUndefined();
  expect(readKey(key.value, [])).toBeUndefined();
});

test('no other character at any place makes the same key', () => {
  const { value, digest } = makeKey(SECRET);
  fc.assert(
    fc.property(fc.nat({ max: 47 }), fc.constantFrom(...'09AZaz'), (place, character) => {
      const at = 'sk-nx-'.length + place;
      const changed = value.slice(0, at) + character + value.slice(at + 1);
      fc.pre(changed !== value);
      const read = readKey(changed, [SECRET]);
      // The tag has 35 bits: what passes it by chance is another key, which its object does not know.
      expect(read?.digest).not.toBe(digest);
    }),
  );
});

test('any text that begins so claims to be an issued key', () => {
  expect(claimsToBeIssued('sk-nx-')).toBe(true);
  expect(claimsToBeIssued('sk-nx')).toBe(false);
  expect(claimsToBeIssued('sk-NX-abc')).toBe(false);
});
