/** What must hold before any route but the plain health check runs: usable settings, and a host that may be asked. */
import { createMiddleware } from 'hono/factory';
import { requireLocalHost } from '../access/local-host.ts';
import { type AppEnv, settingsOf } from '../env.ts';

/**
 * Sets `settings`.
 * @throws {GatewayError} 500 `server_misconfigured`, 403 `host_not_allowed`.
 */
export const admit = createMiddleware<AppEnv>(function admitRequest(c, next) {
  const settings = settingsOf(c.env);
  requireLocalHost(c.get('headers'), settings);
  c.set('settings', settings);
  return next();
});
