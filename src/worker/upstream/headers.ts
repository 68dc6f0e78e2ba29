/** Which headers pass between client and upstream: two allow-lists, so that unknown headers do not pass. */

import { CONFINED } from '../http/confined.ts';
import type { HeaderFields } from '../http/header-fields.ts';

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
  'if-unmodified-since',
  'if-range',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-client-request-id',
  // OpenRouter's names for the app that asks.
  'http-referer',
  'x-title',
]);
/** Families of names, of which vendors and clients make new ones. */
const REQUEST_FAMILIES: readonly RegExp[] = [
  /^(?:openai|x-stainless|anthropic)-[\w-]+$/,
  // A harness says which conversation a call belongs to; the vendor's prompt cache is kept by it.
  /^(?:[a-z0-9]+-)*(?:session|affinity|conversation|conv|thread|turn)(?:-(?:id|affinity|state|key|name))?$/,
];

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

/** The request headers that the gateway reads or forwards, by lower-case name; credentials are read. */
export const FIXED_REQUEST_HEADERS: readonly string[] = [
  'authorization',
  'api-key',
  'x-api-key',
  ...REQUEST_HEADERS,
];

/** Whether a header is forwarded for the family that its name belongs to. */
export function isOfFamily(name: string): boolean {
  return REQUEST_FAMILIES.some((family) => family.test(name));
}

/** Headers on their way, by lower-case name. A plain object costs a request less than a `Headers` of its own. */
export type HeaderRecord = Record<string, string>;

/** The headers of the upstream call, without credentials. */
export function requestHeaders(client: HeaderFields, keepAccount: boolean): HeaderRecord {
  return kept(
    client,
    (name) => (REQUEST_HEADERS.has(name) || isOfFamily(name)) && (keepAccount || !ACCOUNT_HEADERS.has(name)),
  );
}

/**
 * The headers of the answer. `content-encoding` and `content-length` are left to the runtime, which decodes a
 * compressed body natively and knows the length of one that it passes on. What confines an answer is among them.
 */
export function responseHeaders(upstream: HeaderFields): HeaderRecord {
  return kept(upstream, (name) => RESPONSE_HEADERS.has(name) || RESPONSE_PREFIXES.test(name), CONFINED);
}

/** The fields that may pass, but for those that the message declares to be meant for the next hop alone. */
function kept(
  fields: HeaderFields,
  mayPass: (name: string) => boolean,
  added: Readonly<HeaderRecord> = {},
): HeaderRecord {
  const headers: HeaderRecord = { ...added };
  let ofThisHop: string | undefined;
  fields.forEach((value, name) => {
    if (name === 'connection') ofThisHop = value;
    else if (mayPass(name)) headers[name] = value;
  });
  // RFC 9110, section 7.6.1.
  for (const listed of ofThisHop?.split(',') ?? []) {
    const name = listed.trim().toLowerCase();
    // `delete` makes a slow object of a fast one even where there is nothing to delete, as for `keep-alive`.
    if (Object.hasOwn(headers, name)) delete headers[name];
  }
  return headers;
}
