/** `/session`: the page's login and logout, and what the page must know before it asks anything. */

import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import * as z from 'zod/mini';
import type { SessionBody } from '../../shared/contract.ts';
import { isForeign, provenanceOf } from '../access/origin.ts';
import { equalSecrets } from '../access/secret.ts';
import type { Settings } from '../config/settings.ts';
import { OPENAI_BASE } from '../config/upstream.ts';
import { VERSION } from '../config/version.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { readJson, SMALL_BODY_BYTES, validJson } from '../middleware/json-body.ts';
import { limitLogins } from '../middleware/login-limit.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { closeSession, hasSession, openSession } from '../middleware/session.ts';

const tokenSchema = z.object({ token: z.string() });

/** No other website may log anybody in or out, or use up the attempts that its visitor's own page has. */
const refuseForeign = createMiddleware<AppEnv>(async function refuseForeignPages(c, next) {
  if (!isForeign(provenanceOf(c.get('headers')), [])) return next();
  throw new GatewayError({
    status: 403,
    code: 'cross_origin_refused',
    message: 'Only the page of this server itself may log in or out.',
  });
});

export const session = new Hono<AppEnv>()
  .get('/session', async (c) => {
    const { settings } = c.var;
    const body: SessionBody = {
      object: 'session',
      authenticated: await hasSession(c, Date.now()),
      login_required: settings.requireAuth,
      login_available: settings.apiToken !== undefined,
      server_key: settings.hasKey || settings.routing.upstreams.some(({ base }) => base !== OPENAI_BASE),
      default_model: settings.model,
      client_keys: settings.allowClientKeys,
      client_key_hosts: clientKeyHosts(settings),
      version: VERSION,
    };
    return c.json(body, 200, { 'cache-control': 'no-store' });
  })
  .post(
    '/session',
    refuseForeign,
    limitLogins,
    readJson(tokenSchema, SMALL_BODY_BYTES),
    validJson(tokenSchema),
    async (c) => {
      const { apiToken } = c.var.settings;
      if (apiToken === undefined) throw loginUnavailable();
      if (!equalSecrets(c.req.valid('json').token.trim(), apiToken)) throw wrongToken();
      await openSession(c, apiToken, Date.now());
      return c.body(null, 204);
    },
  )
  .delete('/session', refuseForeign, (c) => {
    closeSession(c);
    return c.body(null, 204);
  })
  .all('/session', methodNotAllowed('GET', 'POST', 'DELETE'));

/** Whoever types a key may know where it goes. */
function clientKeyHosts({ allowClientKeys, routing }: Settings): readonly string[] {
  if (!allowClientKeys) return [];
  const taken = routing.upstreams.filter(({ clientKeys }) => clientKeys);
  return [...new Set(taken.map(({ base }) => new URL(base).host))];
}

function loginUnavailable(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'login_unavailable',
    message: 'This server has no token to log in with. Its operator can set one: API_TOKEN.',
  });
}

function wrongToken(): GatewayError {
  return new GatewayError({
    status: 401,
    code: 'invalid_api_key',
    param: 'token',
    message:
      'Authentication failed: this is not the token of this server (API_TOKEN). Ask its operator for it.',
  });
}
