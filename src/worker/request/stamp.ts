/** What every request gets on its way in and every answer on its way out. */
import { createMiddleware } from 'hono/factory';
import { type AppEnv, settingsOf, settingsResult } from '../env.ts';
import { GatewayError } from '../errors.ts';
import { type LogFields, logStep } from '../log.ts';
import { queryOf } from '../path.ts';

/** Gives the request an id and a starting time, and the answer its `x-request-id`, `x-nexcode-credentials` and `server-timing`. */
export const stamp = createMiddleware<AppEnv>(async function stampRequest(c, next) {
  c.set('requestId', `req_${crypto.randomUUID().replaceAll('-', '')}`);
  c.set('startedAt', performance.now());
  c.set('query', queryOf(c.req.raw.url));
  const known = settingsResult(c.env);
  const log = (step: string, fields: LogFields) => {
    if (known.ok) logStep(known.settings, c.var.requestId, step, fields);
  };
  log('request', { method: c.req.method, path: c.req.path });
  await next();
  const { headers } = c.res;
  if (!headers.has('x-request-id')) headers.set('x-request-id', c.var.requestId);
  headers.set('x-nexcode-credentials', c.get('payer')?.pays ?? 'none');
  const ms = performance.now() - c.var.startedAt;
  headers.set('server-timing', serverTiming(ms, c.get('upstreamMs')));
  log('answer', {
    status: c.res.status,
    code: c.error instanceof GatewayError ? c.error.fields.code : undefined,
    ms: Math.round(ms),
  });
});

/**
 * The gateway's own time and the time until the upstream's headers, in milliseconds.
 * @see https://www.w3.org/TR/server-timing/
 */
function serverTiming(totalMs: number, upstreamMs: number | undefined): string {
  const gateway = `gateway;dur=${(totalMs - (upstreamMs ?? 0)).toFixed(1)}`;
  return upstreamMs === undefined ? gateway : `${gateway}, upstream;dur=${upstreamMs.toFixed(1)}`;
}

/**
 * Sets `settings`; no route behind it runs on settings that need mending.
 * @throws {GatewayError} 500 `server_misconfigured`.
 */
export const requireSettings = createMiddleware<AppEnv>(async function requireUsableSettings(c, next) {
  c.set('settings', settingsOf(c.env));
  await next();
});
