/** What every request gets on its way in and every answer on its way out. */
import { createMiddleware } from 'hono/factory';
import { allowOrigin } from '../auth/cors.ts';
import { type AppEnv, settingsResult } from '../env.ts';
import { GatewayError } from '../errors.ts';
import { type LogFields, logStep } from '../log.ts';
import { queryOf } from '../path.ts';

/** Gives the request an id and a starting time, and the answer its `x-request-id`, `x-nexcode-credentials`, `server-timing`, and what browsers of other origins need. */
export const stamp = createMiddleware<AppEnv>(async function stampRequest(c, next) {
  c.set('requestId', `req_${crypto.randomUUID().replaceAll('-', '')}`);
  c.set('startedAt', performance.now());
  c.set('query', queryOf(c.req.raw.url));
  const known = settingsResult(c.env);
  const log = (step: string, fields: LogFields) => {
    if (known.ok) logStep(known.settings, c.get('requestId'), step, fields);
  };
  log('request', { method: c.req.method, path: c.req.path });
  await next();
  const { headers } = c.res;
  if (!headers.has('x-request-id')) headers.set('x-request-id', c.get('requestId'));
  headers.set('x-nexcode-credentials', c.get('payer')?.pays ?? 'none');
  allowOrigin(c);
  const ms = performance.now() - c.get('startedAt');
  headers.set('server-timing', serverTiming(ms, c.get('upstreamMs')));
  log('answer', {
    status: c.res.status,
    code: c.error instanceof GatewayError ? c.error.fields.code : undefined,
    ms: Math.round(ms),
  });
});

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/**
 * The gateway's own time and the time until the upstream's headers, in milliseconds.
 * @see https://www.w3.org/TR/server-timing/
 */
function serverTiming(totalMs: number, upstreamMs: number | undefined): string {
  const gateway = `gateway;dur=${tenths(totalMs - (upstreamMs ?? 0))}`;
  return upstreamMs === undefined ? gateway : `${gateway}, upstream;dur=${tenths(upstreamMs)}`;
}
