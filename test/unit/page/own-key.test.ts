/** Keys as people paste them, and who is said to pay for them. */
import { expect, test } from 'vitest';
import { expectedSpeaker } from '../../../src/page/chat/stamp.ts';
import { cleanKey, isUsableKey } from '../../../src/page/settings/clean-key.ts';
import { OPEN_SESSION } from '../../support/page/session.ts';

test.each([
  'sk-abc',
  ' sk-abc\n',
  '"sk-abc"',
  '“sk-abc”',
  "'sk-abc',",
  'Bearer sk-abc',
  '"Bearer sk-abc"',
  'bearer  "sk-abc"',
  'Authorization: Bearer sk-abc',
  'OPENAI_API_KEY=sk-abc',
  'export OPENAI_API_KEY="sk-abc";',
  'sk-\u200babc',
  '\ufeffsk-abc\u2060',
  'sk-\nabc',
  '「sk-abc」。',
])('%j is the key sk-abc', (typed) => {
  expect(cleanKey(typed)).toBe('sk-abc');
});

test.each([
  ['sk-abc', '^sk-', true],
  ['gsk_abc', '^sk-', false],
  ['gsk_abc', '^(sk-|gsk_)', true],
  ['anything', null, true],
  ['sk-密钥', null, false],
  ['', null, false],
  ['ｓｋ-abc', '^sk-', false],
])('%j is a key where %j is asked for: %s', (key, pattern, usable) => {
  expect(isUsableKey(key, pattern)).toBe(usable);
});

test('a key that the server would not take is not said to pay', () => {
  const session = { ...OPEN_SESSION, keyPattern: '^sk-' };
  expect(expectedSpeaker('openai', session, 'sk-abc')).toBe('own');
  expect(expectedSpeaker('openai', session, 'gsk_abc')).toBe('server');
  expect(expectedSpeaker('openai', { ...session, serverKey: false }, 'gsk_abc')).toBeNull();
});
