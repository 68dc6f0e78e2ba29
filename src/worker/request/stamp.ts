/** What every request gets on its way in and every answer on its way out. */
import { createMiddleware } from 'hono/factory';
import { type AppEnv, settingsOf } from '../env.ts';
import { queryOf } from '../path.ts';

/** Gives the request an id and a starting time, and the answer its `x-request-id` and `x-nexcode-credentials`. */
export const stamp = createMiddleware<AppEnv>(async function stampRequest(c, next) {
  c.set('requestId', `req_${crypto.randomUUID().replaceAll('-', '')}`);
  c.set('startedAt', performance.now());
  c.set('query', queryOf(c.req.raw.url));
  await next();
  const { headers } = c.res;
  if (!headers.has('x-request-id')) headers.set('x-request-id', c.var.requestId);
  headers.set('x-nexcode-credentials', c.get('payer')?.pays ?? 'none');
});

/**
 * Sets `settings`; no route behind it runs on settings that need mending.
 * @throws {GatewayError} 500 `server_misconfigured`.
 */
export const requireSettings = createMiddleware<AppEnv>(async function requireUsableSettings(c, next) {
  c.set('settings', settingsOf(c.env));
  await next();
});
