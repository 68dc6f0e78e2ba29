/** The middleware that settles who pays, before anything of the request's body is read. */

import type { Context, Next } from 'hono';
import { createMiddleware } from 'hono/factory';
import { bearerOf } from '../access/bearer.ts';
import { decidePayer } from '../access/decide.ts';
import { endpointKind } from '../access/endpoints.ts';
import { isForeign, provenanceOf } from '../access/origin.ts';
import { hasProxyTrace } from '../access/proxy-trace.ts';
import { equalSecrets } from '../access/secret.ts';
import { hasSomethingToSpend, type Settings } from '../config/settings.ts';
import type { AppEnv } from '../env.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { hasSession } from './session.ts';

/**
 * Sets `payer`, or ends the request.
 * @throws {GatewayError} the refusals of `decidePayer`.
 */
export const identify = createMiddleware<AppEnv>(function identifyPayer(c, next) {
  const bearer = bearerOf(c.get('headers'));
  // With a token the cookie is not looked at, and the decision is synchronous.
  if (bearer !== undefined) return settle(c, next, bearer, false);
  return hasSession(c, Date.now()).then((session) => settle(c, next, bearer, session));
});

function settle(c: Context<AppEnv>, next: Next, bearer: string | undefined, session: boolean): Promise<void> {
  const settings = settingsFor(c.get('settings'), c.get('headers'));
  const isServerToken =
    bearer !== undefined && settings.apiToken !== undefined && equalSecrets(bearer, settings.apiToken);
  const payer = decidePayer(
    {
      bearer,
      isServerToken,
      session,
      // The server's token may be used from any origin.
      foreign: !isServerToken && isForeign(provenanceOf(c.get('headers')), settings.corsOrigins),
      endpoint: endpointKind(c.req.method, c.req.path),
    },
    settings,
  );
  c.set('payer', payer);
  c.get('log')('credentials', {
    pays: payer.pays,
    by: payer.pays === 'server' ? payer.by : 'own_key',
  });
  return next();
}

/** A server that is open because it is local is closed to what comes through a proxy. */
function settingsFor(settings: Settings, headers: HeaderFields): Settings {
  if (settings.requireAuthReason !== 'local' || !hasProxyTrace(headers)) return settings;
  if (!hasSomethingToSpend(settings.routing.upstreams)) return settings;
  return { ...settings, requireAuth: true, requireAuthReason: 'behind_proxy' };
}
