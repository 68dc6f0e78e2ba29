import { describe, expect, it } from 'vitest';
import { midStreamFailure, refusalFailure, retryAfterMs } from '../../../src/page/api/failure.ts';
import { maskKey, redact } from '../../../src/page/api/redact.ts';
import { waitText } from '../../../src/page/chat/wait-text.ts';

const NOW = Date.UTC(2026, 10, 22);
const KEY = 'sk-proj-0123456789abcdefWXYZ';

function refusal(
  status: number,
  error: object | string,
  headers: Record<string, string> = {},
  key: string | null = null,
) {
  const body = typeof error === 'string' ? error : JSON.stringify({ error });
  return refusalFailure({ status, headers: new Headers(headers), body, key, now: NOW });
}

describe('a refusal', () => {
  it.each([
    [401, { code: 'invalid_api_key' }, {}, null, 'session'],
    [401, { code: 'invalid_api_key' }, {}, KEY, 'key'],
    [401, { code: 'invalid_api_key' }, { 'x-nexcode-credentials': 'client' }, KEY, 'key'],
    [401, { code: 'invalid_api_key' }, { 'x-nexcode-credentials': 'server' }, null, 'server_key'],
    [401, { code: 'client_keys_disabled' }, {}, KEY, 'client_keys'],
    [402, {}, {}, KEY, 'quota'],
    [403, { code: 'cross_origin_refused' }, {}, null, 'forbidden'],
    [404, { code: 'model_not_found' }, {}, null, 'model'],
    [400, { code: 'model_not_found' }, {}, null, 'model'],
    [400, { code: 'context_length_exceeded' }, {}, null, 'context'],
    [400, { message: "This model's maximum context length is 8192 tokens." }, {}, null, 'context'],
    [400, { code: 'content_filter' }, {}, null, 'filter'],
    [400, { code: 'unsupported_value', param: 'temperature' }, {}, null, 'parameter'],
    [413, { code: 'request_too_large' }, {}, null, 'too_large'],
    [429, { code: 'rate_limit_exceeded' }, {}, null, 'rate'],
    [429, { code: 'insufficient_quota' }, {}, null, 'quota'],
    [500, { code: 'server_misconfigured' }, {}, null, 'misconfigured'],
    [502, { code: 'upstream_error' }, {}, null, 'server'],
    [503, '<html>Bad gateway</html>', {}, null, 'server'],
    [418, '', {}, null, 'parameter'],
  ] as const)('%i %j %j is of its kind', (status, error, headers, key, kind) => {
    expect(refusal(status, error, headers, key).kind).toBe(kind);
  });

  it('keeps the message, the code, the request and when to try again', () => {
    const failure = refusal(
      429,
      { message: 'Slow down', code: 'rate_limit_exceeded' },
      { 'x-request-id': 'req_1', 'retry-after': '7' },
    );
    expect(failure).toEqual({
      kind: 'rate',
      status: 429,
      message: 'Slow down',
      code: 'rate_limit_exceeded',
      requestId: 'req_1',
      retryAt: NOW + 7000,
    });
  });

  it('survives every body', () => {
    for (const body of [
      '',
      'null',
      '[]',
      '{"error":null}',
      '{"error":"text"}',
      '{"error":{"message":5}}',
      '{',
    ]) {
      expect(refusal(500, body)).toEqual({ kind: 'server', status: 500, message: '' });
    }
  });

  it('never carries a key', () => {
    const messages = [
      `Incorrect API key provided: ${KEY}. You can find it at the dashboard.`,
      'Incorrect API key provided: sk-proj-****************WXYZ.',
      `Authorization: Bearer ${KEY}`,
      `{"headers":{"authorization":"Bearer abc.def.ghi"}}`,
    ];
    for (const message of messages) {
      const shown = refusal(401, { message }, {}, KEY).message;
      expect(shown).not.toContain(KEY);
      expect(shown).not.toContain('0123456789');
      expect(shown).not.toContain('abc.def.ghi');
    }
    expect(midStreamFailure({ message: `bad ${KEY}` }, null, KEY).message).toBe(`bad ${maskKey(KEY)}`);
  });
});

describe('a key', () => {
  it.each([
    ['sk-1234567890abcd', 'sk-...abcd'],
    ['short', '***'],
    ['', '***'],
  ])('%j is shown as %s', (key, shown) => expect(maskKey(key)).toBe(shown));

  it.each([
    'Send a key of your own as "Authorization: Bearer sk-...", or use the model "nexcode".',
    'Send the server token (API_TOKEN) as "Authorization: Bearer TOKEN".',
    'Use Bearer auth (i.e. Authorization: Bearer YOUR_KEY).',
    'Authorization: Bearer <YOUR_API_KEY>.',
  ])('is not seen in advice: %s', (advice) => expect(redact(advice, null)).toBe(advice));

  it.each(['Bearer abcdefghijklmnopqrst', 'Bearer a1', 'bearer eyJhbGciOi.eyJz.c2ln'])(
    'is seen behind "Bearer": %s',
    (text) => expect(redact(`got ${text}, refused`, null)).toBe('got ***, refused'),
  );

  it('of another form is taken out where it was sent', () => {
    expect(redact('the token hunter2-hunter2 is wrong', 'hunter2-hunter2')).toBe(
      'the token hun...ter2 is wrong',
    );
    for (const prefix of ['sk-', 'pk-', 'rk-', 'key-', 'nxc-']) {
      expect(redact(`the key ${prefix}1234567890abcd is wrong`, null)).not.toContain('567890');
    }
    expect(redact('nothing secret here', null)).toBe('nothing secret here');
  });
});

describe('retry-after', () => {
  it.each([
    ['5', 5000],
    ['0', 0],
    ['1.5', 1500],
    ['-3', 0],
    [new Date(NOW + 9000).toUTCString(), 9000],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%j is %j milliseconds', (value, expected) => expect(retryAfterMs(value, NOW)).toBe(expected));
});

describe('a wait', () => {
  const at = (status: number, headers: Record<string, string>) =>
    refusalFailure({ status, headers: new Headers(headers), body: '', key: null, now: 1000 }).retryAt;

  it.each<[number, Record<string, string>, number | undefined]>([
    [429, { 'retry-after-ms': '250', 'retry-after': '9' }, 1250],
    [503, { 'retry-after': '9' }, 10_000],
    [429, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' }, 361_000],
    [429, { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1.5s' }, 2500],
    [429, { 'x-ratelimit-remaining-requests': '5', 'x-ratelimit-reset-requests': '1h' }, undefined],
    [429, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': 'soon' }, undefined],
    [400, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1s' }, undefined],
  ])('of %i with %j ends at %s', (status, headers, end) => {
    expect(at(status, headers)).toBe(end);
  });

  it.each([
    [1, 'en', '1 sec'],
    [89, 'en', '89 sec'],
    [90, 'en', '2 min'],
    [3600, 'en', '60 min'],
    [7200, 'en', '2 hr'],
    [200_000, 'en', '3 days'],
    [125, 'zh-CN', '3分钟'],
    [20, 'zh-CN', '20秒'],
  ])('of %i seconds is in %s %s', (seconds, locale, shown) => {
    expect(waitText(seconds, locale)).toBe(shown);
  });
});

it.each([
  ['upstream_timeout', 504, 'timeout'],
  ['upstream_stream_cut', 502, 'cut'],
  ['server_stopping', 503, 'busy'],
  ['client_key_not_allowed', 403, 'key_model'],
  ['api_key_expired', 401, 'key'],
])('%s is told by its code, whatever its text says', (code, status, kind) => {
  const error = { message: 'maximum context length', code };
  const body = JSON.stringify({ error });
  expect(refusalFailure({ status, headers: new Headers(), body, key: null, now: 0 }).kind).toBe(kind);
  expect(midStreamFailure(error, null, null).kind).toBe(kind);
});
