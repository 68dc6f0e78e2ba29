/** Known paths, asked in a way that they do not know. */
import type { Handler } from 'hono';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';

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
