/** The gateway's own endpoints of keys and usage, which others have under the same paths. */
import { createMiddleware } from 'hono/factory';
import { ownEndpoint } from '../access/endpoints.ts';
import type { AppEnv } from '../env.ts';
import { relayRequest } from './relay.ts';

/**
 * Goes on for the gateway's own callers. A caller's own key means the vendor's endpoint of that path, and so does
 * everybody where neither keys nor a ledger are kept.
 */
export const ownOnly = createMiddleware<AppEnv>(async function serveOwnCallers(c, next) {
  const { payer, settings } = c.var;
  const isOurs =
    payer.pays === 'server' &&
    settings.keepsAccounts &&
    payer.by !== 'open' &&
    ownEndpoint(c.req.method, c.req.path) !== undefined;
  return isOurs ? next() : relayRequest(c);
});
