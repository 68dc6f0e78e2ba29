/** The middleware that settles who pays, before anything of the request's body is read. */
import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../env.ts';
import { logStep } from '../log.ts';
import { bearerOf } from './bearer.ts';
import { decidePayer } from './decide.ts';
import { endpointKind } from './endpoints.ts';
import { isForeign, provenanceOf } from './origin.ts';
import { equalSecrets } from './secret.ts';
import { hasSession } from './session.ts';

/**
 * Sets `payer`, or ends the request.
 * @throws {GatewayError} the refusals of `decidePayer`.
 */
export const identify = createMiddleware<AppEnv>(async function identifyPayer(c, next) {
  const settings = c.get('settings');
  const { headers } = c.req.raw;
  const bearer = bearerOf(headers);
  const payer = decidePayer(
    {
      bearer,
      isServerToken:
        bearer !== undefined && settings.apiToken !== undefined && equalSecrets(bearer, settings.apiToken),
      session: bearer === undefined && (await hasSession(c, Date.now())),
      foreign: isForeign(provenanceOf(headers), settings.corsOrigins),
      endpoint: endpointKind(c.req.method, c.req.path),
    },
    settings,
  );
  c.set('payer', payer);
  logStep(settings, c.get('requestId'), 'credentials', {
    pays: payer.pays,
    by: payer.pays === 'server' ? payer.by : 'own_key',
  });
  await next();
});
