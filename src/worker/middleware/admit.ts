/** What must hold before any route but the plain health check runs: usable settings, a host that may be asked, no code. */
import { createMiddleware } from 'hono/factory';
import { requireLocalHost } from '../access/local-host.ts';
import { type AppEnv, settingsOf } from '../env.ts';
import { refuseCode } from './confine.ts';

/**
 * Sets `settings`.
 * @throws {GatewayError} 500 `server_misconfigured`, 403 `host_not_allowed` or `destination_refused`.
 */
export const admit = createMiddleware<AppEnv>(function admitRequest(c, next) {
  const settings = settingsOf(c.env);
  requireLocalHost(c.get('headers'), settings);
  refuseCode(c);
  c.set('settings', settings);
  return next();
});
