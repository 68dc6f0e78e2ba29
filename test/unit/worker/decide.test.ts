import { describe, expect, test } from 'vitest';
import { type Asked, decidePayer, type Payer } from '../../../src/worker/access/decide.ts';
import type { EndpointKind } from '../../../src/worker/access/endpoints.ts';
import type { Settings } from '../../../src/worker/config/settings.ts';
import { GatewayError } from '../../../src/worker/http/errors.ts';
import { settingsWith } from '../../support/settings.ts';

const TOKEN = 'server-token-0123456789';
const SK_TOKEN = 'sk-server-token-0123456789';
const CLIENT_KEY = 'sk-client';
const SERVER_KEY = 'sk-upstream';

const CLIENT = { pays: 'client', key: CLIENT_KEY, placeholder: false };
const PLACEHOLDER = { pays: 'client', key: 'dummy', placeholder: true };
const BY_TOKEN = { pays: 'server', by: 'token' };
const BY_SESSION = { pays: 'server', by: 'session' };
const OPEN = { pays: 'server', by: 'open' };

/** A request of a program without credentials, on an endpoint that forgets. */
function asked(parts: Partial<Asked> = {}): Asked {
  return {
    bearer: undefined,
    isServerToken: false,
    session: false,
    foreign: false,
    endpoint: 'stateless',
    ...parts,
  };
}

/** The payer, or the status and code of the refusal. */
function outcome(request: Asked, settings: Settings): Payer | string {
  const decided = decision(request, settings);
  return decided instanceof GatewayError ? `${decided.status} ${decided.fields.code}` : decided;
}

function decision(request: Asked, settings: Settings): Payer | GatewayError {
  try {
    return decidePayer(request, settings);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

const SHUT = { API_TOKEN: TOKEN, REQUIRE_AUTH: true, OPENAI_API_KEY: SERVER_KEY };
const AJAR = { API_TOKEN: TOKEN, REQUIRE_AUTH: false, OPENAI_API_KEY: SERVER_KEY };
const OWN_KEYS_ONLY = { REQUIRE_AUTH: false };
const NO_CLIENT_KEYS = { ALLOW_CLIENT_KEYS: false };
const KEYLESS_NO_CLIENT_KEYS = { ...OWN_KEYS_ONLY, ...NO_CLIENT_KEYS };

describe('the rows of the table', () => {
  const token = { bearer: TOKEN, isServerToken: true };
  const client = { bearer: CLIENT_KEY };
  const dummy = { bearer: 'dummy' };

  test.each<[string, Partial<Asked>, Record<string, unknown>, unknown]>([
    ['1 the token', token, SHUT, BY_TOKEN],
    ['1 the token, open door', token, AJAR, BY_TOKEN],
    [
      "6 a key and somebody's token, joined",
      { bearer: `${CLIENT_KEY}, Bearer ${TOKEN}` },
      SHUT,
      '401 invalid_api_key',
    ],
    [
      "7 a key and somebody's token, joined",
      { bearer: `${CLIENT_KEY}, Bearer ${TOKEN}` },
      OWN_KEYS_ONLY,
      OPEN,
    ],
    ['1 the token beside a session', { ...token, session: true }, SHUT, BY_TOKEN],
    ['1 the token from a foreign page', { ...token, foreign: true }, AJAR, BY_TOKEN],
    ['1 the token on a stateful endpoint', { ...token, endpoint: 'stateful' }, SHUT, BY_TOKEN],
    [
      '1 a token that looks like a key',
      { bearer: SK_TOKEN, isServerToken: true },
      { ...SHUT, API_TOKEN: SK_TOKEN },
      BY_TOKEN,
    ],
    [
      '1 a token that looks like a key, client keys refused',
      { bearer: SK_TOKEN, isServerToken: true },
      { ...SHUT, ...NO_CLIENT_KEYS, API_TOKEN: SK_TOKEN },
      BY_TOKEN,
    ],
    ['1 the token, client keys refused', token, { ...SHUT, ...NO_CLIENT_KEYS }, BY_TOKEN],
    ['2 a client key, shut door', client, SHUT, CLIENT],
    ['2 a client key, open door, the server has a key', client, AJAR, CLIENT],
    ['2 a client key, nothing configured', client, {}, CLIENT],
    ['2 a client key, the server has no token', client, { REQUIRE_AUTH: true }, CLIENT],
    ['2 a client key beside a session', { ...client, session: true }, SHUT, CLIENT],
    ['2 a client key from a foreign page', { ...client, foreign: true }, AJAR, CLIENT],
    ['2 a client key on a stateful endpoint', { ...client, endpoint: 'stateful' }, AJAR, CLIENT],
    [
      '2 a key of the pattern that the operator set',
      { bearer: 'gsk_1' },
      { ...SHUT, CLIENT_KEY_PATTERN: '^gsk_' },
      { pays: 'client', key: 'gsk_1', placeholder: false },
    ],
    ['3 a client key, refused', client, { ...SHUT, ...NO_CLIENT_KEYS }, '401 client_keys_disabled'],
    [
      '3 a client key, refused, open door',
      client,
      { ...AJAR, ...NO_CLIENT_KEYS },
      '401 client_keys_disabled',
    ],
    ['3 a client key, refused, no server key', client, KEYLESS_NO_CLIENT_KEYS, '401 client_keys_disabled'],
    [
      '3 a client key, refused, beside a session',
      { ...client, session: true },
      { ...SHUT, ...NO_CLIENT_KEYS },
      '401 client_keys_disabled',
    ],
    ['4 a session, shut door', { session: true }, SHUT, BY_SESSION],
    ['4 a session, open door', { session: true }, AJAR, BY_SESSION],
    [
      '4 a session on a stateful endpoint',
      { session: true, endpoint: 'stateful' },
      SHUT,
      '403 endpoint_not_allowed',
    ],
    [
      '4 a session on an endpoint of which nothing is known',
      { session: true, endpoint: 'unknown' },
      SHUT,
      '403 endpoint_not_allowed',
    ],
    [
      '4 a session before an upstream without a key, stateful',
      { session: true, endpoint: 'stateful' },
      { API_TOKEN: TOKEN },
      BY_SESSION,
    ],
    ['5 nothing, shut door', {}, SHUT, '401 invalid_api_key'],
    ['5 nothing, shut door, stateful', { endpoint: 'stateful' }, SHUT, '401 invalid_api_key'],
    ['5 nothing, shut door, foreign', { foreign: true }, SHUT, '401 invalid_api_key'],
    ['5 nothing, no token to compare with', {}, { REQUIRE_AUTH: true }, '500 server_misconfigured'],
    ['5 nothing, a fresh deployment with a key', {}, { OPENAI_API_KEY: 'k' }, '500 server_misconfigured'],
    ['6 a wrong token, shut door', dummy, SHUT, '401 invalid_api_key'],
    ['6 a wrong token beside a session', { ...dummy, session: true }, SHUT, '401 invalid_api_key'],
    ['6 a wrong token, no token to compare with', dummy, { REQUIRE_AUTH: true }, '500 server_misconfigured'],
    [
      '6 a key of another form',
      { bearer: CLIENT_KEY },
      { ...SHUT, CLIENT_KEY_PATTERN: '^gsk_' },
      '401 invalid_api_key',
    ],
    ['7 a placeholder, the server has a key', dummy, AJAR, OPEN],
    [
      '7 a placeholder, the server has a key, client keys refused',
      dummy,
      { ...AJAR, ...NO_CLIENT_KEYS },
      OPEN,
    ],
    ['7 a placeholder beside a session', { ...dummy, session: true }, AJAR, OPEN],
    [
      '7 a placeholder on a stateful endpoint',
      { ...dummy, endpoint: 'stateful' },
      AJAR,
      '403 endpoint_not_allowed',
    ],
    ['7 a placeholder, no server key', dummy, OWN_KEYS_ONLY, PLACEHOLDER],
    ['7 a placeholder, no server key, client keys refused', dummy, KEYLESS_NO_CLIENT_KEYS, OPEN],
    ['7 a placeholder of a foreign page', { ...dummy, foreign: true }, AJAR, '403 cross_origin_refused'],
    [
      '7 a placeholder of a foreign page, no server key',
      { ...dummy, foreign: true },
      OWN_KEYS_ONLY,
      '403 cross_origin_refused',
    ],
    ['8 nothing, open door', {}, AJAR, OPEN],
    ['8 nothing, no server key', {}, OWN_KEYS_ONLY, OPEN],
    ['8 nothing, open door, stateful', { endpoint: 'stateful' }, AJAR, '403 endpoint_not_allowed'],
    ['8 nothing, open door, foreign', { foreign: true }, AJAR, '403 cross_origin_refused'],
  ])('%s', (_, request, bindings, expected) => {
    expect(outcome(asked(request), settingsWith(bindings))).toEqual(expected);
  });
});

const BEARERS = [undefined, TOKEN, SK_TOKEN, CLIENT_KEY, 'dummy', 'Sk-client'];
const ENDPOINTS: readonly EndpointKind[] = ['stateless', 'stateful', 'admin'];
const YES_NO = [true, false];

/** Every request there can be: a token equals only one that is set, a session needs one and our own page. */
function* everyCase(): Generator<{ request: Asked; settings: Settings; token: string | undefined }> {
  for (const token of [undefined, TOKEN, SK_TOKEN])
    for (const requireAuth of [true, false, undefined])
      for (const localServer of YES_NO)
        for (const key of [undefined, SERVER_KEY])
          for (const allowClientKeys of YES_NO)
            for (const admin of YES_NO) {
              const settings = settingsWith({
                API_TOKEN: token,
                REQUIRE_AUTH: requireAuth,
                LOCAL_SERVER: localServer,
                OPENAI_API_KEY: key,
                ALLOW_CLIENT_KEYS: allowClientKeys,
                ALLOW_ADMIN_PATHS: admin,
              });
              for (const bearer of BEARERS)
                for (const [session, foreign] of [
                  [false, false],
                  [false, true],
                  [true, false],
                ] as const)
                  for (const endpoint of ENDPOINTS) {
                    if (session && token === undefined) continue;
                    const isServerToken = token !== undefined && bearer === token;
                    yield { request: { bearer, isServerToken, session, foreign, endpoint }, settings, token };
                  }
            }
}

/** Runs a claim over every case; the first that breaks it is shown. */
function inEveryCase(
  holds: (
    decided: Payer | GatewayError,
    request: Asked,
    settings: Settings,
    token: string | undefined,
  ) => boolean,
) {
  let cases = 0;
  for (const { request, settings, token } of everyCase()) {
    cases += 1;
    const decided = decision(request, settings);
    if (!holds(decided, request, settings, token)) {
      expect.fail(`${JSON.stringify(request)} ${JSON.stringify(settings)} -> ${JSON.stringify(decided)}`);
    }
  }
  expect(cases).toBeGreaterThan(6000);
}

const refused = (decided: Payer | GatewayError) => decided instanceof GatewayError;

describe('in every combination of request and settings', () => {
  test('a server that demands authentication pays only for its token and the login of its page', () => {
    inEveryCase(
      (decided, request, settings) =>
        !settings.requireAuth ||
        refused(decided) ||
        !('pays' in decided && decided.pays === 'server') ||
        request.isServerToken ||
        request.session,
    );
  });

  test('a foreign page spends only its own key or the token that it was given', () => {
    inEveryCase(
      (decided, request, settings) =>
        !request.foreign ||
        refused(decided) ||
        request.isServerToken ||
        ('pays' in decided && decided.pays === 'client' && settings.clientKeyPattern.test(decided.key)),
    );
  });

  test('the token of the server never goes upstream as a key', () => {
    inEveryCase(
      (decided, _request, _settings, token) =>
        refused(decided) || !('key' in decided) || decided.key !== token,
    );
  });

  test('the key that goes upstream is the very one that the caller sent', () => {
    inEveryCase(
      (decided, request) => refused(decided) || !('key' in decided) || decided.key === request.bearer,
    );
  });

  test("a client's own key is never answered with the server's credentials", () => {
    inEveryCase(
      (decided, request, settings) =>
        request.isServerToken ||
        request.bearer === undefined ||
        !settings.clientKeyPattern.test(request.bearer) ||
        refused(decided) ||
        ('pays' in decided && decided.pays === 'client'),
    );
  });

  test('no key goes upstream where client keys are refused', () => {
    inEveryCase((decided, _, settings) => settings.allowClientKeys || !('key' in decided));
  });

  test('administration is for nobody unless it is allowed', () => {
    inEveryCase(
      (decided, request, settings) =>
        request.endpoint !== 'admin' ||
        settings.allowAdminPaths ||
        (decided instanceof GatewayError && decided.status === 403),
    );
  });

  test('what keeps things in an account is for the token and for keys of callers alone', () => {
    inEveryCase(
      (decided, request, settings) =>
        request.endpoint === 'stateless' ||
        refused(decided) ||
        request.isServerToken ||
        'key' in decided ||
        (!settings.hasKey && request.endpoint !== 'admin'),
    );
  });

  test('a refusal names its cure, has a known status, and repeats no secret', () => {
    inEveryCase((decided) => {
      if (!(decided instanceof GatewayError)) return true;
      const { message, code } = decided.fields;
      return (
        [401, 403, 500].includes(decided.status) &&
        code !== null &&
        message.length > 40 &&
        ![TOKEN, SK_TOKEN, CLIENT_KEY, SERVER_KEY, 'dummy'].some((secret) => message.includes(secret)) &&
        !message.includes('()') &&
        !message.includes('undefined')
      );
    });
  });

  test('a 401 says how to authenticate, and a misconfigured server asks for no retry', () => {
    inEveryCase((decided) => {
      if (!(decided instanceof GatewayError)) return true;
      if (decided.status === 401) return decided.headers['www-authenticate'] === 'Bearer';
      return decided.status !== 500 || decided.headers['x-should-retry'] === 'false';
    });
  });

  test('a caller that proves who it is is never told that the server is misconfigured', () => {
    inEveryCase(
      (decided, request) =>
        !(decided instanceof GatewayError && decided.status === 500) ||
        (!request.isServerToken && !request.session),
    );
  });
});

test('the refusal of an unset REQUIRE_AUTH says why the door is shut', () => {
  const error = decision(asked(), settingsWith({ OPENAI_API_KEY: 'k', API_TOKEN: TOKEN }));
  expect(error).toMatchObject({ message: expect.stringContaining('REQUIRE_AUTH is unset') });
});

test('a refusal does not offer keys of callers where they are refused', () => {
  const error = decision(asked(), settingsWith({ ...SHUT, ...NO_CLIENT_KEYS }));
  expect(error).toMatchObject({ message: expect.not.stringContaining('key of your own') });
});

test('a caller whose key is refused is not sent for a token that the server does not have', () => {
  const error = decision(asked({ bearer: CLIENT_KEY }), settingsWith(KEYLESS_NO_CLIENT_KEYS));
  expect(error).toMatchObject({ message: expect.not.stringMatching(/Send its token/) });
});

test('a caller whose key is refused is not sent through a door that nobody can pass', () => {
  const refusal = decision(
    asked({ bearer: CLIENT_KEY }),
    settingsWith({ ...NO_CLIENT_KEYS, REQUIRE_AUTH: true }),
  );
  expect(
    outcome(asked({ bearer: CLIENT_KEY }), settingsWith({ ...NO_CLIENT_KEYS, REQUIRE_AUTH: true })),
  ).toBe('401 client_keys_disabled');
  expect(refusal).toMatchObject({ message: expect.stringContaining('must set API_TOKEN') });
  expect(refusal).toMatchObject({ message: expect.not.stringContaining('Leave the key out') });
});

describe('issued keys', () => {
  const ISSUED = { id: 'abcdefghij', digest: 'd'.repeat(64) };
  const BY_KEY = { pays: 'server', by: 'key', ...ISSUED };
  const key = { bearer: 'sk-nx-value', issued: ISSUED };
  const invalid = { bearer: 'sk-nx-value', issued: 'invalid' } as const;
  const login = { sessionKey: ISSUED };
  const manage = { endpoint: 'admin', own: 'manage' } as const;
  const read = { endpoint: 'admin', own: 'read' } as const;
  const readHere = { endpoint: 'stateful', own: 'read' } as const;

  test.each<[string, Partial<Asked>, Record<string, unknown>, unknown]>([
    ['pay out of their own budget', key, SHUT, BY_KEY],
    ['pay so on an open server too', key, AJAR, BY_KEY],
    ['pay where callers bring keys of their own', key, { ...SHUT, ALLOW_CLIENT_KEYS: true }, BY_KEY],
    ['that are none fall to no later row', invalid, AJAR, '401 invalid_api_key'],
    ['that are none are no callers’ own keys', invalid, OWN_KEYS_ONLY, '401 invalid_api_key'],
    ['give way to the server’s token', { bearer: 'sk-nx-value', isServerToken: true }, SHUT, BY_TOKEN],
    ['pay by a login that was made with them', login, SHUT, BY_KEY],
    ['reach nothing that keeps things', { ...key, endpoint: 'stateful' }, SHUT, '403 endpoint_not_allowed'],
    ['may reach a stored response', { ...key, endpoint: 'stateful', storedResponse: true }, SHUT, BY_KEY],
    ['read their own usage', { ...key, ...read }, SHUT, BY_KEY],
    ['read what they are', { ...key, ...readHere }, SHUT, BY_KEY],
    ['manage nothing', { ...key, ...manage }, SHUT, '403 endpoint_not_allowed'],
    ['manage nothing by a login either', { ...login, ...manage }, SHUT, '403 endpoint_not_allowed'],
    ['are managed by the token', { bearer: TOKEN, isServerToken: true, ...manage }, SHUT, BY_TOKEN],
    ['are managed by the token’s login', { session: true, ...manage }, SHUT, BY_SESSION],
    ['are not managed by the open door', manage, AJAR, '403 endpoint_not_allowed'],
    ['are nothing to a caller’s own key', { bearer: CLIENT_KEY, ...read }, AJAR, '403 endpoint_not_allowed'],
    [
      'leave the vendor’s administration to a caller’s own key',
      { bearer: CLIENT_KEY, ...read },
      { ...AJAR, ALLOW_ADMIN_PATHS: true },
      CLIENT,
    ],
    ['leave a vendor’s /v1/key to a caller’s own key', { bearer: CLIENT_KEY, ...readHere }, AJAR, CLIENT],
    ['leave /v1/key shut for the open door', readHere, AJAR, '403 endpoint_not_allowed'],
  ])('%s', (_, request, settings, expected) => {
    expect(outcome(asked(request), settingsWith(settings))).toEqual(expected);
  });
});
