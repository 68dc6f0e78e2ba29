/** One canonical form of a request's path, made before anything is decided about it. */

/** What stands in for a path that has no safe meaning; no route matches it. */
export const REFUSED_PATH = '/\u0000';

/** Nearly every path: nothing to decode or to resolve. */
const PLAIN_PATH = /^(?:\/[\w~-][\w.~-]*)+$/;

/** A segment that some server may read as "here" or "up", also with a path parameter (`..;x`) or inside `a%2F..`. */
const DOT_SEGMENT = /(^|[/\\])\.{1,2}($|[/\\;])/;

/** C0 controls and DEL never belong in a path. */
const CONTROL = /\p{Cc}/u;

/**
 * The canonical path of a raw request target or absolute URL, without its query.
 *
 * Runtimes differ in how much they clean up (raw workerd hands over `/v1/%2e%2e/x` verbatim, while building a URL
 * resolves it later), so every decision and the upstream's address use this form alone: percent-encoding decoded
 * once and written again in one way (an encoded slash stays `%2F`), empty segments dropped, dots resolved.
 * @returns the path, or `REFUSED_PATH` for one that climbs above its root, hides dots behind an encoded
 * slash, or is not valid percent-encoded UTF-8 (RFC 3986, sections 2.1 and 5.2.4).
 */
export function canonicalPath(url: string): string {
  const path = pathOf(url);
  return PLAIN_PATH.test(path) ? path : resolvedPath(path);
}

function resolvedPath(path: string): string {
  const segments: string[] = [];
  for (const raw of path.split(/[/\\]/)) {
    const segment = decoded(raw);
    if (segment === undefined || CONTROL.test(segment)) return REFUSED_PATH;
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return REFUSED_PATH;
      continue;
    }
    if (DOT_SEGMENT.test(segment)) return REFUSED_PATH;
    segments.push(encodeSegment(segment));
  }
  return `/${segments.join('/')}`;
}

/** Whether a path ends in a slash, which its canonical form has not and some servers tell apart. */
export function endsInSlash(url: string): boolean {
  return pathOf(url).endsWith('/');
}

/** The query of a request's URL as it came, with its `?`, or an empty string. */
export function queryOf(url: string): string {
  const end = url.indexOf('#');
  const target = end === -1 ? url : url.slice(0, end);
  const start = target.indexOf('?');
  return start === -1 ? '' : target.slice(start);
}

/** What stands between the authority, if there is one, and the query or fragment. */
function pathOf(url: string): string {
  const scheme = url.startsWith('/') ? -1 : url.indexOf('://');
  const rest = scheme === -1 ? url : url.slice(scheme + 3);
  const end = rest.search(/[?#]/);
  const target = end === -1 ? rest : rest.slice(0, end);
  if (scheme === -1) return target;
  const start = target.search(/[/\\]/);
  return start === -1 ? '/' : target.slice(start);
}

function decoded(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** RFC 3986 `pchar` stays as it is, so that `models/ft:gpt-4.1@x` reaches the upstream as written. */
function encodeSegment(segment: string): string {
  if (/^[\w.~:@!$&'()*+,;=-]*$/.test(segment)) return segment;
  return encodeURIComponent(segment.toWellFormed()).replace(
    /%(?:3A|40|24|26|2B|2C|3B|3D)/g,
    decodeURIComponent,
  );
}
