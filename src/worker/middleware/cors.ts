/** What a browser may do from another origin (https://fetch.spec.whatwg.org/#http-cors-protocol). */

import type { Context } from 'hono';
import type { Payer } from '../access/decide.ts';
import type { AppEnv } from '../env.ts';
import {
  FIXED_ANSWER_HEADERS,
  FIXED_REQUEST_HEADERS,
  isAllowed,
  isShown,
  requestFate,
} from '../upstream/header-rows.ts';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** A longer list of asked headers is no browser's, in characters. */
const LONGEST_ASKED = 4096;

/** A browser may keep a preflight's answer for a day. */
const PREFLIGHT_S = '86400';

/**
 * Says on an answer of the API which origin may read it. Cookies are never allowed from elsewhere; a caller with a
 * key or the token may come from anywhere, and refusals may be read by all. What the server pays without either is
 * readable for the origins of CORS_ORIGINS alone.
 */
export function allowOrigin(c: Context<AppEnv>): void {
  const origin = c.get('headers').get('origin') ?? undefined;
  if (origin === undefined || !c.req.path.startsWith('/v1/')) return;
  const readers = readableBy(origin, c.get('payer'), c.get('settings')?.corsOrigins ?? []);
  if (readers === undefined) return;
  c.res.headers.set('access-control-allow-origin', readers);
  // Of a family, the names that stand on this answer.
  const shown = [...c.res.headers.keys()].filter(isShown);
  c.res.headers.set(
    'access-control-expose-headers',
    [...new Set([...FIXED_ANSWER_HEADERS, ...shown])].join(', '),
  );
  if (readers !== '*') c.res.headers.append('vary', 'Origin');
}

/**
 * Answers a preflight, and any other OPTIONS, without asking who pays. Allowed is what is read or forwarded, by the one
 * list of these headers (`header-rows.ts`): its fixed names, and the asked ones of its families and of the operator's
 * additions. `*` would not cover Authorization.
 */
export function preflight(c: Context<AppEnv>): Response {
  const asked = c.get('headers').get('access-control-request-headers') ?? '';
  const added = c.get('settings').routing.upstreams.flatMap(({ headers }) => headers);
  const allowed = asked
    .slice(0, LONGEST_ASKED)
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => {
      const fate = requestFate(name);
      return isAllowed(fate) || (fate === undefined && added.some((pattern) => pattern.test(name)));
    });
  return new Response(null, {
    status: 204,
    headers: {
      allow: `${METHODS}, OPTIONS`,
      'access-control-allow-origin': '*',
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': [...new Set([...FIXED_REQUEST_HEADERS, ...allowed])].join(', '),
      'access-control-max-age': PREFLIGHT_S,
    },
  });
}

/** The value of `Access-Control-Allow-Origin`, if there is to be one. */
function readableBy(
  origin: string,
  payer: Payer | undefined,
  corsOrigins: readonly string[],
): string | undefined {
  if (payer === undefined || (payer.pays === 'server' && (payer.by === 'token' || payer.by === 'key')))
    return '*';
  if (payer.pays === 'client' && !payer.placeholder) return '*';
  return corsOrigins.includes(origin) ? origin : undefined;
}
