import { afterEach, expect, test, vi } from 'vitest';
import { placeOf, redact, requestLog } from '../../../src/worker/http/log.ts';

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
