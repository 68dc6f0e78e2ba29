import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { placeOf, requestLog } from '../../../src/worker/http/log.ts';
import { redact } from '../../../src/worker/http/redact.ts';

function logged(value: string, secrets: readonly string[] = []): unknown {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  requestLog('req_1', secrets)('step', { value });
  return JSON.parse(String(print.mock.lastCall?.[0]));
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('a line is one JSON object with its step, its request and its facts', () => {
  expect(logged('/v1/files')).toEqual({ step: 'step', request_id: 'req_1', value: '/v1/files' });
});

const SECRET = 'a+b/c="d\\e f';

test.each([
  [SECRET, '[redacted]'],
  [`x${SECRET}y`, 'x[redacted]y'],
  [JSON.stringify(SECRET), '"[redacted]"'],
  [encodeURIComponent(SECRET), '[redacted]'],
  [`/v1/x/${encodeURI(SECRET)}`, '[redacted]'],
  [[...SECRET].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''), '[redacted]'],
])('a secret is not told: %s becomes %s', (value, shown) => {
  expect(logged(value, [SECRET])).toMatchObject({ value: shown });
});

test.each([
  ['/v1/files/sk-abcd1234', '/v1/files/[redacted]'],
  ['/v1/models/a%2Fsk-abcd1234', '[redacted]'],
  ['x_ek_68abcdef', 'x_[redacted]'],
  ['model gsk_abcd1234', 'model [redacted]'],
  ['AIzaSyAbcd', '[redacted]'],
  ['SK-ABCD1234', '[redacted]'],
])("what looks like a vendor's key is not told: %s", (value, shown) => {
  expect(logged(value)).toMatchObject({ value: shown });
});

test.each(['/v1/tasks/task-12345', 'meta-llama%2FLlama', 'risk-model-2', '%', '%E0%A4', 'o3', ''])(
  'what is no key is told as it is: %s',
  (value) => {
    expect(logged(value)).toMatchObject({ value });
  },
);

test('the place of an error is told without its message, however that looks', () => {
  for (const message of ['secret', '', 'secret\n    at secret (secret:1:1)', ' at secret']) {
    const place = placeOf(new RangeError(message));
    expect(place).toContain('log.test.ts');
    expect(place).not.toContain('secret');
    expect(place?.split(', ').length).toBeLessThanOrEqual(4);
  }
  const changed = new Error('another');
  changed.stack = 'Error: secret\n    at secret (secret:1:1)';
  expect(placeOf(changed)).toBeUndefined();
});

test('redaction leaves a text without secrets alone, and empty secrets harm nothing', () => {
  expect(redact('text', ['', 'other'])).toBe('text');
  expect(redact('a key, twice: key', ['key'])).toBe('a [redacted], twice: [redacted]');
});

describe('every spelling of a secret is taken out', () => {
  const SECRET = 'sk-proj/Ab+9_=z';
  const hex = (character: string, digits: number) =>
    character.charCodeAt(0).toString(16).padStart(digits, '0');
  const spelled = (spell: (character: string) => string) => [...SECRET].map(spell).join('');

  test.each([
    ['as it is', SECRET],
    ['with an escaped slash', SECRET.replace('/', '\\/')],
    ['in lower-case escapes', spelled((character) => `\\u${hex(character, 4)}`)],
    ['in upper-case escapes', spelled((character) => `\\u${hex(character, 4).toUpperCase()}`)],
    ['with one character escaped', SECRET.replace('j', '\\u006a')],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify({ key: spelled((c) => `\\u${hex(c, 4)}`) }))],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['all percent-encoded', spelled((character) => `%${hex(character, 2)}`)],
    ["in HTML's numbers", spelled((character) => `&#${character.charCodeAt(0)};`)],
    ["in HTML's hexadecimal numbers", spelled((character) => `&#x${hex(character, 2)};`)],
  ])('%s', (_, text) => {
    const clean = redact(`before ${text} behind \\n`, [SECRET]);
    expect(clean).toContain('[redacted]');
    expect(clean).toMatch(/^before .*behind/);
    expect(clean).not.toMatch(/Ab|u0041|%41|#65|x41/i);
  });

  test('any mixture of spellings', () => {
    const spelling = fc.constantFrom<(character: string) => string>(
      (character) => character,
      (character) => `\\u${hex(character, 4)}`,
      (character) => `%${hex(character, 2)}`,
      (character) => `\\${character}`,
    );
    fc.assert(
      fc.property(fc.array(spelling, { minLength: SECRET.length, maxLength: SECRET.length }), (spellings) => {
        const text = [...SECRET].map((character, at) => spellings[at]?.(character) ?? '').join('');
        expect(redact(`<${text}>\\`, [SECRET])).toBe('<[redacted]>\\');
      }),
    );
  });

  test('a text that only resembles it stays, and a megabyte of backslashes is read once', () => {
    expect(redact('sk-proj\\/Ab+9_=y \\u0073', [SECRET])).toBe('sk-proj\\/Ab+9_=y \\u0073');
    const backslashes = '\\'.repeat(1_000_000);
    expect(redact(backslashes, [SECRET])).toBe(backslashes);
  });
});
