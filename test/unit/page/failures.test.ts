import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnFailure, midStreamFailure, refusalFailure } from '../../../src/page/api/failure.ts';
import { maskKey, redact } from '../../../src/page/api/redact.ts';
import { retryAfterMs } from '../../../src/page/api/wait.ts';
import { asksAgain, treatment } from '../../../src/page/chat/cures.ts';
import { waitText } from '../../../src/page/chat/wait-text.ts';
import { loadWords } from '../../../src/page/i18n/translate.ts';
import { ERROR_STATUSES } from '../../../src/worker/http/error-codes.ts';

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
      { 'x-request-id': 'req_1', 'retry-after': '7', 'x-nexcode-upstream': 'openai/m' },
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
    ['Sunday, 22-Nov-26 00:00:09 GMT', 9000],
    [' 5 ', 5000],
    ['soon', null],
    ['in 5 minutes', null],
    ['5 minutes', null],
    ['0x10', null],
    ['Infinity', null],
    [' ', null],
    ['', null],
    [null, null],
  ])('%j is %j milliseconds', (value, expected) => expect(retryAfterMs(value, NOW)).toBe(expected));
});

it('a moment in x-ratelimit-reset is told from a length of time', () => {
  const at = (reset: string) => refusal(429, '', { 'x-ratelimit-reset': reset }).retryAt;
  expect(at(`${NOW / 1000 + 40}`)).toBe(NOW + 40_000);
  expect(at(`${NOW + 41_000}`)).toBe(NOW + 41_000);
});

it('a length of time as Go writes it is read to the millisecond', () => {
  const part = fc.nat({ max: 59 });
  fc.assert(
    fc.property(fc.nat({ max: 400 }), part, part, fc.nat({ max: 999 }), (hours, minutes, seconds, ms) => {
      const reset = `${hours}h${minutes}m${seconds + ms / 1000}s`;
      const wait = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
      expect(refusal(429, '', { 'x-ratelimit-reset-tokens': reset }).retryAt).toBeCloseTo(NOW + wait, 3);
    }),
  );
});

it('no header makes a wait that is no number, or is over before it begins', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('retry-after', 'retry-after-ms', 'x-ratelimit-reset-tokens'),
      (value, name) => {
        const headers = new Map<string, string>([[name, value]]);
        const { retryAt } = refusalFailure({
          status: 429,
          headers: {
            get: (key) => headers.get(key) ?? null,
            forEach: (tell) => tell(value, name, new Headers()),
          },
          body: '',
          key: null,
          now: NOW,
        });
        if (retryAt !== undefined) expect(retryAt).toBeGreaterThanOrEqual(NOW);
      },
    ),
  );
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
    [429, { 'retry-after-ms': '250ms', 'retry-after': '9' }, 10_000],
    [429, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '12ms' }, 1012],
    [429, { 'x-ratelimit-reset-requests': '1.5s', 'x-ratelimit-reset-tokens': '6m0s' }, 361_000],
    [
      429,
      { 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': '33011.38' },
      33_012_380,
    ],
    [429, { 'x-ratelimit-reset-requests': '1970-01-01T00:00:09Z' }, 9000],
    [429, { 'x-ratelimit-reset': '1' }, 2000],
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

const NOBODY = {
  hasText: false,
  signedIn: false,
  canSignIn: true,
  hasKey: false,
  takesKeys: true,
  isHolder: false,
  askedAssistant: false,
};

describe('every error that our server can answer with', async () => {
  const english = await loadWords('en', ['more']);
  const chinese = await loadWords('zh-CN', ['more']);
  const codes = Object.entries(ERROR_STATUSES).flatMap(([code, statuses]) =>
    statuses.map((status): [string, number] => [code, status]),
  );

  it.each(codes)('%s under %i is told in the reader’s language, with a cure', (code, status) => {
    const sentence = 'An English sentence that names a maximum context length.';
    const failure = refusal(status, { message: sentence, code });
    const other = refusal(status, { message: 'Another sentence.', code });
    expect(isOwnFailure(failure)).toBe(true);
    expect(other.kind).toBe(failure.kind);
    const [words, cures] = treatment(failure.kind, NOBODY);
    expect(english(words)).toMatch(/[a-z]{3}/);
    expect(chinese(words)).toMatch(/\p{Script=Han}{2}/u);
    expect(cures.length).toBeGreaterThan(0);
  });

  it.each(codes)(
    '%s under %i is no failure of a model’s name or of parameters where neither was wrong',
    (code, status) => {
      const { kind } = refusal(status, { message: '', code });
      if (status >= 500 || status === 499 || status === 401)
        expect(['model', 'parameter', 'context']).not.toContain(kind);
    },
  );
});

it('the words of a server behind ours are shown, whatever their code', () => {
  const behind = { 'x-nexcode-upstream': 'openai/gpt-4.1' };
  const failure = refusal(
    400,
    { message: "Unsupported value: 'temperature'", code: 'unsupported_value' },
    behind,
  );
  expect(isOwnFailure(failure)).toBe(false);
  expect(isOwnFailure(refusal(400, { message: 'x', code: 'unsupported_value' }))).toBe(true);
  expect(refusal(404, { code: 'unknown_url' }).kind).toBe('outdated');
});

describe('the first button', () => {
  const people = fc.record({
    hasText: fc.boolean(),
    signedIn: fc.boolean(),
    canSignIn: fc.boolean(),
    hasKey: fc.boolean(),
    takesKeys: fc.boolean(),
    isHolder: fc.boolean(),
    askedAssistant: fc.boolean(),
  });
  const kinds = fc
    .constantFrom(...Object.keys(ERROR_STATUSES))
    .chain((code) => fc.constantFrom(402, 404, 429, 500).map((status) => refusal(status, { code }).kind));

  it('goes on where text has arrived, and there is always one', () => {
    fc.assert(
      fc.property(kinds, people, (kind, person) => {
        const [, [first, ...others]] = treatment(kind, person);
        expect(first).toBeDefined();
        expect(first === 'continue').toBe(person.hasText);
        expect(others).not.toContain('continue');
        if (person.askedAssistant) expect(others).not.toContain('assistant');
      }),
    );
  });

  it.each(['server', 'network', 'offline', 'timeout', 'cut', 'gone', 'busy', 'rate', 'filter'] as const)(
    'after %s asks again where none has',
    (kind) => {
      expect(treatment(kind, NOBODY)[1][0]).toBe('retry');
    },
  );

  it('waits as long as the server said', () => {
    const cures = treatment('rate', { ...NOBODY, hasText: true })[1];
    expect(cures.filter(asksAgain)).toEqual(['continue', 'retry']);
  });
});
