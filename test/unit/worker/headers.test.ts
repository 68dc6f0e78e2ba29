import { describe, expect, test } from 'vitest';
import {
  ANSWER_ROWS,
  FIXED_REQUEST_HEADERS,
  isForwarded,
  passesBack,
  REQUEST_ROWS,
  requestFate,
} from '../../../src/worker/upstream/header-rows.ts';
import { requestHeaders, responseHeaders } from '../../../src/worker/upstream/headers.ts';
import { settingsWith } from '../../support/settings.ts';

const [DEFAULT] = settingsWith().routing.upstreams;
if (DEFAULT === undefined) throw new Error('no upstream');
const OWN_KEY = { payer: { pays: 'client', key: 'sk-x', placeholder: false }, upstream: DEFAULT } as const;
const SERVER_PAYS = { payer: { pays: 'server', by: 'token' }, upstream: DEFAULT } as const;

/** `Headers` in Node refuses none of these names, unlike a browser's. */
function namesIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.keys(headers).sort();
}

function all(names: readonly string[]): Headers {
  return new Headers(names.map((name) => [name, 'x']));
}

describe('of a request', () => {
  const WELCOME = [
    'accept',
    'content-type',
    'idempotency-key',
    'openai-beta',
    'user-agent',
    'x-client-request-id',
    'x-stainless-arch',
    'x-stainless-lang',
    'x-stainless-retry-count',
  ];
  const ACCOUNT = ['openai-organization', 'openai-project'];
  const REFUSED = [
    'authorization',
    'api-key',
    'x-api-key',
    'x-goog-api-key',
    'cookie',
    'host',
    'origin',
    'referer',
    'connection',
    'keep-alive',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'content-length',
    'expect',
    'accept-encoding',
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'cf-ray',
    'cf-access-jwt-assertion',
    'cdn-loop',
    'mf-original-url',
    'mf-custom-service',
    'sec-fetch-site',
    'sec-websocket-protocol',
    'sec-websocket-key',
    'x-nexcode-anything',
    'x-openai-anything',
    'something-unknown',
  ];

  test('those that the API knows go upstream', () => {
    expect(namesIn(requestHeaders(all(WELCOME), SERVER_PAYS))).toEqual(WELCOME);
  });

  test.each(REFUSED)('%s does not go upstream, whoever pays', (name) => {
    expect(namesIn(requestHeaders(all([name, 'accept']), OWN_KEY))).toEqual(['accept']);
    expect(namesIn(requestHeaders(all([name, 'accept']), SERVER_PAYS))).toEqual(['accept']);
  });

  test("the client's account goes upstream with its own key, never with the server's", () => {
    expect(namesIn(requestHeaders(all(ACCOUNT), OWN_KEY))).toEqual(ACCOUNT);
    expect(
      namesIn(
        requestHeaders(new Headers({ 'OpenAI-Organization': 'org', 'OpenAI-PROJECT': 'p' }), SERVER_PAYS),
      ),
    ).toEqual([]);
  });

  test('values stay as they are', () => {
    const headers = { 'content-type': 'multipart/form-data; boundary="a b"', 'x-stainless-os': 'Linux' };
    expect(requestHeaders(new Headers(headers), SERVER_PAYS)).toEqual(headers);
  });
});

describe('of an answer', () => {
  const WELCOME = [
    'content-type',
    'openai-model',
    'openai-organization',
    'openai-processing-ms',
    'openai-version',
    'retry-after',
    'retry-after-ms',
    'x-ratelimit-limit-requests',
    'x-ratelimit-remaining-tokens',
    'x-ratelimit-reset-tokens',
    'x-request-id',
    'x-should-retry',
  ];

  const ownHeaders = () => ({ 'x-request-id': 'req_own', 'x-ratelimit-limit-requests': 'own' });

  test('those that clients read reach the client', () => {
    const headers = responseHeaders(all(WELCOME), { ...SERVER_PAYS, ownHeaders });
    expect(namesIn(headers)).toEqual(WELCOME);
    expect(headers['x-request-id']).toBe(all(WELCOME).get('x-request-id'));
  });

  test('an issued key is told its own limits, and nothing of the account behind the server', () => {
    const payer = { pays: 'server', by: 'key', id: 'id', digest: 'digest' } as const;
    const headers = responseHeaders(all(WELCOME), { payer, ownHeaders });
    expect(headers['x-ratelimit-limit-requests']).toBe('own');
    expect(namesIn(headers)).toEqual([
      'content-type',
      'openai-model',
      'openai-processing-ms',
      'openai-version',
      'retry-after',
      'retry-after-ms',
      'x-ratelimit-limit-requests',
      'x-request-id',
      'x-should-retry',
    ]);
  });

  test.each([
    'set-cookie',
    'cf-ray',
    'cf-cache-status',
    'alt-svc',
    'strict-transport-security',
    'server',
    'connection',
    'transfer-encoding',
    'content-encoding',
    'content-length',
    'access-control-allow-origin',
    'access-control-allow-credentials',
    'authorization',
    'content-security-policy',
    'clear-site-data',
    'nel',
    'report-to',
    'refresh',
    'service-worker-allowed',
    'x-nexcode-credentials',
    'x-accel-redirect',
    'x-powered-by',
  ])('%s of the upstream does not reach the client', (name) => {
    expect(responseHeaders(all([name]), { ...SERVER_PAYS, ownHeaders: () => ({}) })).toEqual({});
  });
});

describe('the list', () => {
  const rows = Object.values(REQUEST_ROWS);
  const named = rows.flatMap(({ names, fate }) => names.map((name) => [name, fate] as const));
  /** A member of each family, as the guides write it, with a name of its own where a star stands. */
  const members = rows.flatMap((row) =>
    'family' in row ? row.family.shown.map((shown) => [shown.replace('*', 'x-'), row.fate] as const) : [],
  );

  test.each([...named, ...members])('gives %s the fate %s', (name, fate) => {
    expect(requestFate(name)).toBe(fate);
    expect(isForwarded(name, true)).toBe(fate === 'forwarded');
  });

  test('names no header twice', () => {
    const names = named.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    const answers: readonly string[] = Object.values(ANSWER_ROWS).flatMap((row) => [...row.names]);
    expect(new Set(answers).size).toBe(answers.length);
  });

  test('allows in preflights what is read or forwarded by a fixed name, and nothing else', () => {
    const allowed = named.filter(([, fate]) => fate === 'read' || fate === 'forwarded');
    expect(FIXED_REQUEST_HEADERS).toEqual(allowed.map(([name]) => name));
    expect(FIXED_REQUEST_HEADERS).not.toContain('x-nexcode-page');
  });

  test.each(Object.values(ANSWER_ROWS).flatMap((row) => row.names.map((name) => [name, row.from] as const)))(
    'of an answer, %s comes from the %s',
    (name, from) => {
      expect(passesBack(name)).toBe(from === 'upstream');
    },
  );

  test("an upstream's `headers` add to it, and never what it withholds", () => {
    const [upstream] = settingsWith({ FORWARD_HEADERS: 'X-Tenant, x-team-*, co*' }).routing.upstreams;
    if (upstream === undefined) throw new Error('no upstream');
    const sent = all(['x-tenant', 'x-team-a', 'x-other', 'cookie', 'connection', 'x-nexcode-page']);
    expect(namesIn(requestHeaders(sent, { ...SERVER_PAYS, upstream }))).toEqual(['x-team-a', 'x-tenant']);
  });
});
