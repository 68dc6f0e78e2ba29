import fc from 'fast-check';
import { APIError } from 'openai';
import { expect, test } from 'vitest';
import { CommandError } from '../../../src/cli/exit.ts';
import { failureOf, secretsOf } from '../../../src/cli/failure.ts';
import { wordsFor } from '../../../src/cli/words.ts';

const words = wordsFor('en');
const KEY = 'my/key+of=20 letters';
const connection = { baseUrl: 'http://s/v1', apiKey: KEY, model: undefined, isDefault: false };

function said(message: string): string {
  return failureOf(
    APIError.generate(400, { error: { message } }, undefined, new Headers()),
    words,
    connection,
  ).message;
}

test.each([
  ['as it is', KEY],
  ['as JSON in JSON', JSON.stringify(JSON.stringify(KEY)).replaceAll('/', '\\\\/')],
  ['percent-encoded', encodeURIComponent(KEY)],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(KEY))],
  ['as numbers of HTML', [...KEY].map((each) => `&#${each.charCodeAt(0)};`).join('')],
  [
    'by its code units',
    [...KEY].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ],
])('the key that was sent is not printed %s', (_, spelling) => {
  expect(said(`Incorrect API key provided: ${spelling}.`)).not.toContain(spelling);
});

test("what looks like anybody's key is not printed where others speak", () => {
  for (const key of ['sk-nx-0123456789abcdefghij', 'sk-proj-abcdef123456', 'gsk_abcdef', 'AIzaSyExample'])
    expect(said(`The key ${key} is wrong.`)).toBe('The key [redacted] is wrong. (400)');
});

test("a key of the environment is not printed, and our own words may name a key's id", () => {
  const secrets = secretsOf({
    OPENAI_ADMIN_KEY: 'admin-of-the-vendor',
    HOME: '/home/somebody',
    X_KEY: 'token',
  });
  expect(secrets).toEqual(['admin-of-the-vendor']);
  const error = new CommandError('key_0123456789 and admin-of-the-vendor');
  expect(failureOf(error, words, connection, secrets).message).toBe('key_0123456789 and [redacted]');
});

test('no message repeats a key, wherever it stands', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      expect(said(`${before}${KEY}${after}`)).not.toContain(KEY);
    }),
  );
});
