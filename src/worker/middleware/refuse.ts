/** Paths that lead nowhere. */

import type { Handler } from 'hono';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { REFUSED_PATH } from '../http/path.ts';

/** A 404 in OpenAI's words, with the base URL that clients should be given. The path is not echoed: it may hold anything. */
export function unknownUrl(method: string, path: string): GatewayError {
  const what =
    path === REFUSED_PATH
      ? 'The path of the URL is malformed.'
      : `Unknown request URL for ${method}. The API of this gateway lives under /v1: give clients a base URL that ends in /v1 once.`;
  return new GatewayError({ status: 404, code: 'unknown_url', message: what });
}

/** A handler for all methods that a path has no route for: 405 with the ones it has (RFC 9110, section 15.5.6). */
export function methodNotAllowed(...allowed: readonly string[]): Handler<AppEnv> {
  const allow = allowed.join(', ');
  return function refuseMethod(c) {
    throw new GatewayError({
      status: 405,
      code: 'method_not_allowed',
      message: `Not allowed to ${c.req.method} here. (HINT: Perhaps you meant to use a different HTTP method? This path takes ${allow}.)`,
      headers: { allow },
    });
  };
}
