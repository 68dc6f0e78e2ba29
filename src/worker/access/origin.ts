/** Where a request comes from, as its own headers say. The URL is never asked: a client can forge it (`MF-Original-URL`). */

import { PAGE_HEADER } from '../../shared/contract.ts';
import type { HeaderFields } from '../http/header-fields.ts';

/** The headers that tell where a browser's request comes from, and whom it addresses. */
export interface Provenance {
  readonly host: string | null;
  readonly origin: string | null;
  /** `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/). */
  readonly fetchSite: string | null;
  /** The page's own header is there. */
  readonly ownHeader: boolean;
}

/** Reads a request's provenance. */
export function provenanceOf(headers: HeaderFields): Provenance {
  return {
    host: headers.get('host') ?? null,
    origin: headers.get('origin') ?? null,
    fetchSite: headers.get('sec-fetch-site') ?? null,
    ownHeader: (headers.get(PAGE_HEADER) ?? null) !== null,
  };
}

/** Whether a page of our own sent this: the only place from which the login cookie counts. */
export function isOwnPage({ host, origin, fetchSite, ownHeader }: Provenance): boolean {
  if (fetchSite !== null)
    return fetchSite === 'same-origin' && (origin === null || isOwnOrigin(origin, host));
  // Browsers send neither with a GET over plain http under another name than localhost; old ones never do.
  return origin === null ? ownHeader : isOwnOrigin(origin, host);
}

/**
 * Whether some other website's page sent this. Such a request must never spend the operator's key by itself.
 * Programs that are no browsers send neither header, and are not foreign.
 */
export function isForeign({ host, origin, fetchSite }: Provenance, corsOrigins: readonly string[]): boolean {
  if (origin !== null) {
    if (corsOrigins.includes(origin)) return false;
    if (!isOwnOrigin(origin, host)) return true;
  }
  return fetchSite === 'cross-site' || fetchSite === 'same-site';
}

/**
 * Whether a local server may answer to this `Host`: loopback names and the operator's PUBLIC_HOSTS only, so that no
 * website can reach it by pointing a name of its own at 127.0.0.1 (DNS rebinding).
 */
export function isLocalHost(host: string | null, publicHosts: readonly string[]): boolean {
  if (host === null) return false;
  const lower = host.toLowerCase();
  const name = hostName(lower);
  if (publicHosts.includes(lower) || publicHosts.includes(name)) return true;
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/**
 * The origin under which the caller reached this gateway: the `Host` header's, with the scheme that arrived here or at
 * a proxy in front. For links in answers only; a caller who forges it misleads only itself.
 */
export function ownOrigin({ headers, url }: Request): string {
  const secure = url.startsWith('https:') || headers.get('x-forwarded-proto')?.toLowerCase() === 'https';
  const origin = `${secure ? 'https' : 'http'}://${headers.get('host') ?? ''}`;
  return URL.canParse(origin) ? new URL(origin).origin : '';
}

function isOwnOrigin(origin: string, host: string | null): boolean {
  if (host === null || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin) return false;
  const own = `${url.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === url.host;
}

/** The host without its port; an IPv6 address keeps its brackets. */
function hostName(host: string): string {
  return /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host)?.[1] ?? host;
}
