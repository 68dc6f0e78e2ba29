/** The page's requests to its own server. */
import { PAGE_HEADER } from '../../shared/contract.ts';

/**
 * `fetch` with the header that tells this page's requests from a foreign page's: over plain http under another name than
 * localhost, browsers send no `Sec-Fetch-Site`, and no `Origin` with a GET of the same origin.
 */
export function ownFetch(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  return fetch(path, { ...init, headers: { ...init.headers, [PAGE_HEADER]: '1' } });
}
