/** `/session`: the page's login and logout, and what the page must know before it asks anything. */
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import * as z from 'zod/mini';
import { limitLogins } from '../auth/login-limit.ts';
import { isForeign, provenanceOf } from '../auth/origin.ts';
import { equalSecrets } from '../auth/secret.ts';
import { closeSession, hasSession, openSession } from '../auth/session.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../errors.ts';
import { methodNotAllowed } from '../request/method-not-allowed.ts';
import { readJson } from '../request/read-json.ts';
import { validJson } from '../request/valid-json.ts';
import { OPENAI_BASE } from '../settings.ts';
import { VERSION } from '../version.ts';

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
    return c.json(
      {
        object: 'session',
        authenticated: await hasSession(c, Date.now()),
        login_required: settings.requireAuth,
        login_available: settings.apiToken !== undefined,
        server_key: settings.hasKey || settings.routing.upstreams.some(({ base }) => base !== OPENAI_BASE),
        default_model: settings.model,
        client_keys: settings.allowClientKeys,
        version: VERSION,
      },
      200,
      { 'cache-control': 'no-store' },
    );
  })
  .post('/session', refuseForeign, limitLogins, readJson, validJson(tokenSchema), async (c) => {
    const { apiToken } = c.var.settings;
    if (apiToken === undefined) throw loginUnavailable();
    if (!equalSecrets(c.req.valid('json').token.trim(), apiToken)) throw wrongToken();
    await openSession(c, apiToken, Date.now());
    return c.body(null, 204);
  })
  .delete('/session', refuseForeign, (c) => {
    closeSession(c);
    return c.body(null, 204);
  })
  .all('/session', methodNotAllowed('GET', 'POST', 'DELETE'));

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
