/** Which headers pass between client and upstream: two allow-lists, so that what nobody thought of stays outside. */

import type { HeaderFields } from '../header-fields.ts';

/** The client's headers that the upstream may see. Credentials are not among them: `callUpstream` sets those itself. */
const REQUEST_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-type',
  'content-encoding',
  'content-disposition',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-client-request-id',
  // OpenRouter's names for the app that asks.
  'http-referer',
  'x-title',
]);
const REQUEST_PREFIXES = /^(?:openai-|x-stainless-|anthropic-)/;

/** Belong to the client's own account: with the server's key they would only cause a mismatch. */
const ACCOUNT_HEADERS: ReadonlySet<string> = new Set(['openai-organization', 'openai-project']);

/** The upstream's headers that the client may see. */
const RESPONSE_HEADERS: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-language',
  'content-range',
  'content-type',
  'accept-ranges',
  'etag',
  'last-modified',
  'retry-after',
  'retry-after-ms',
  'x-generation-id',
  'x-request-id',
  'x-should-retry',
]);
const RESPONSE_PREFIXES = /^(?:openai-|x-ratelimit-|anthropic-ratelimit-)/;

/** Headers on their way, by lower-case name. A plain object costs a request less than a `Headers` of its own. */
export type HeaderRecord = Record<string, string>;

/** The headers of the upstream call, without credentials. */
export function requestHeaders(client: HeaderFields, keepAccount: boolean): HeaderRecord {
  const headers: HeaderRecord = {};
  const ofThisHop = connectionNames(client);
  client.forEach((value, name) => {
    if (ofThisHop.has(name)) return;
    if (!REQUEST_HEADERS.has(name) && !REQUEST_PREFIXES.test(name)) return;
    if (keepAccount || !ACCOUNT_HEADERS.has(name)) headers[name] = value;
  });
  return headers;
}

/**
 * The headers of the answer. `content-encoding` and `content-length` are left to the runtime, which decodes a
 * compressed body natively and knows the length of one that it passes on.
 */
export function responseHeaders(upstream: Headers): HeaderRecord {
  const headers: HeaderRecord = {};
  const ofThisHop = connectionNames(upstream);
  upstream.forEach((value, name) => {
    if (ofThisHop.has(name)) return;
    if (RESPONSE_HEADERS.has(name) || RESPONSE_PREFIXES.test(name)) headers[name] = value;
  });
  return headers;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** The headers that a message declares to be meant for the next hop alone (RFC 9110, section 7.6.1). */
function connectionNames(headers: HeaderFields): ReadonlySet<string> {
  const names = headers.get('connection');
  if (!names) return NO_NAMES;
  return new Set(names.split(',').map((name) => name.trim().toLowerCase()));
}
