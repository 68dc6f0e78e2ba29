/** The middleware that holds payers of stateless endpoints to requests that keep nothing. */
import { createMiddleware } from 'hono/factory';
import { isHeldToStateless, refuseState } from '../access/stateless.ts';
import type { AppEnv } from '../env.ts';

/**
 * Runs behind `readJson`, whose schema names the members that the endpoint's rule looks at.
 * @throws {GatewayError} 400 `stateless_only`.
 */
export const keepNothing = createMiddleware<AppEnv>(function keepNothingBehind(c, next) {
  if (isHeldToStateless(c.get('payer'), c.get('settings')))
    refuseState(c.req.method, c.req.path, c.get('body'), c.get('scan'));
  return next();
});
