import { describe, expect, test } from 'vitest';
import { CONFINED } from '../../../src/worker/http/confined.ts';
import { requestHeaders, responseHeaders } from '../../../src/worker/upstream/headers.ts';

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
    expect(namesIn(requestHeaders(all(WELCOME), false))).toEqual(WELCOME);
  });

  test.each(REFUSED)('%s does not go upstream, whoever pays', (name) => {
    expect(namesIn(requestHeaders(all([name, 'accept']), true))).toEqual(['accept']);
    expect(namesIn(requestHeaders(all([name, 'accept']), false))).toEqual(['accept']);
  });

  test("the client's account goes upstream with its own key, never with the server's", () => {
    expect(namesIn(requestHeaders(all(ACCOUNT), true))).toEqual(ACCOUNT);
    expect(
      namesIn(requestHeaders(new Headers({ 'OpenAI-Organization': 'org', 'OpenAI-PROJECT': 'p' }), false)),
    ).toEqual([]);
  });

  test('values stay as they are', () => {
    const headers = { 'content-type': 'multipart/form-data; boundary="a b"', 'x-stainless-os': 'Linux' };
    expect(requestHeaders(new Headers(headers), false)).toEqual(headers);
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

  test('those that clients read reach the client', () => {
    expect(namesIn(responseHeaders(all(WELCOME)))).toEqual([...WELCOME, ...Object.keys(CONFINED)].sort());
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
    expect(responseHeaders(all([name]))).toEqual(CONFINED);
  });
});
