/** The middleware that keeps a local server to its own machine. */
import { createMiddleware } from 'hono/factory';
import { type AppEnv, settingsResult } from '../env.ts';
import { GatewayError } from '../errors.ts';
import { isLocalHost } from './origin.ts';

/**
 * Lets only loopback names and PUBLIC_HOSTS reach a server that listens on a loopback address.
 * @throws {GatewayError} 403 `host_not_allowed`.
 */
export const guardHost = createMiddleware<AppEnv>(async function guardLocalHost(c, next) {
  const result = settingsResult(c.env);
  if (result.ok && result.settings.localServer) {
    const host = c.req.raw.headers.get('host');
    if (!isLocalHost(host, result.settings.publicHosts)) throw hostRefused();
  }
  await next();
});

function hostRefused(): GatewayError {
  return new GatewayError({
    status: 403,
    code: 'host_not_allowed',
    message:
      'This local server answers to localhost only. To reach it under another name, add that name to PUBLIC_HOSTS.',
  });
}
