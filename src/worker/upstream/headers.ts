/** Carries headers between client and upstream, by the list of `header-rows.ts`: what it does not name does not pass. */

import { isKeyPayer } from '../access/decide.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { UpstreamContext } from './context.ts';
import { isForwarded, passesBack, requestFate, tellsOfAccount } from './header-rows.ts';

/** Headers on their way, by lower-case name. A plain object costs a request less than a `Headers` of its own. */
export type HeaderRecord = Record<string, string>;

/** The headers of the upstream call, without credentials: those of the list, and what the upstream's `headers` add. */
export function requestHeaders(
  client: HeaderFields,
  { payer, upstream }: Pick<UpstreamContext, 'payer' | 'upstream'>,
): HeaderRecord {
  const ownKey = payer.pays === 'client';
  const { headers: added } = upstream;
  if (added.length === 0) return kept(client, (name) => isForwarded(name, ownKey));
  return kept(
    client,
    (name) =>
      isForwarded(name, ownKey) ||
      (requestFate(name) === undefined && added.some((pattern) => pattern.test(name))),
  );
}

/**
 * The headers of the answer, the gateway's own among them. `content-encoding` and `content-length` are left to the runtime, which decodes a
 * compressed body natively and knows the length of one that it passes on. What confines an answer is among them.
 */
export function responseHeaders(
  upstream: HeaderFields,
  { payer, ownHeaders }: Pick<UpstreamContext, 'payer' | 'ownHeaders'>,
): HeaderRecord {
  const own = ownHeaders();
  if (!isKeyPayer(payer)) return kept(upstream, passesBack, own);
  return kept(upstream, (name) => passesBack(name) && !tellsOfAccount(name), own);
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
