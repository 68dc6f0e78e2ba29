/** What every request gets on its way in and every answer on its way out. */

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { credentialsOf } from '../access/bearer.ts';
import { isKeyPayer } from '../access/decide.ts';
import { type AppEnv, settingsResult } from '../env.ts';
import { CONFINED } from '../http/confined.ts';
import { GatewayError } from '../http/errors.ts';
import { headerFields } from '../http/header-fields.ts';
import { type Log, NO_LOG, OnceASecond, placeOf, requestLog, withFirst } from '../http/log.ts';
import { queryOf } from '../http/path.ts';
import { randomId } from '../http/random-id.ts';
import { balanceHeaders } from '../ledger/balance-headers.ts';
import { handoverOf } from '../resume/handover.ts';
import { CallTrace } from '../telemetry/call-trace.ts';
import { offerDownload } from './confine.ts';
import { allowOrigin } from './cors.ts';
import { keepAlive } from './stopping.ts';

/** Gives the request an id and a starting time, and the answer its `x-request-id`, `x-nexcode-credentials`, `server-timing`, what browsers of other origins need, and what keeps it from being a page. */
export const stamp = createMiddleware<AppEnv>(async function stampRequest(c, next) {
  const handover = handoverOf(c.req.raw);
  c.set('requestId', handover?.requestId ?? randomId('req_'));
  if (handover !== undefined) c.set('payer', handover.payer);
  c.set('startedAt', performance.now());
  c.set('headers', headerFields(c.req.raw.headers));
  c.set('query', queryOf(c.req.raw.url));
  // The first line waits for the second, which a wrong token may not have.
  const first = { method: c.req.method, path: c.req.path };
  const log = handover === undefined ? withFirst(logOf(c), 'request', first) : logOf(c);
  c.set('log', log);
  beginTrace(c);
  await next();
  if (c.get('isStamped')) {
    c.get('trace')?.handedOver();
    return;
  }
  const { headers } = c.res;
  // An answer that was made of an upstream's has them already: a header that is set costs more than one it is made with.
  if (!headers.has(ANSWER_HEADERS.credentials)) {
    for (const [name, value] of Object.entries(ownHeaders(c))) {
      // Of an answer that was translated, the upstream's id stays.
      if (name !== REQUEST_ID || !headers.has(name)) headers.set(name, value);
    }
  }
  allowOrigin(c);
  offerDownload(c);
  const code = c.error instanceof GatewayError ? c.error.fields.code : undefined;
  c.get('trace')?.answered(c.res.status, code);
  if (c.get('tokenFailed') && !failures.mayPass(Date.now())) return;
  // Of an unexpected error the name tells the kind and the stack the place; its text could hold anything.
  const unexpected = c.error instanceof GatewayError ? undefined : c.error;
  log('answer', {
    status: c.res.status,
    code,
    unexpected: unexpected?.name,
    at: unexpected && placeOf(unexpected),
    ms: Math.round(performance.now() - c.get('startedAt')),
  });
});

const REQUEST_ID = 'x-request-id';

/** Wrong tokens fill no log, however many are sent. */
const failures = new OnceASecond();

/**
 * The gateway's own headers for an answer whose head is made now: what keeps it from being a page, its id, who pays,
 * what is left of an issued key's limits, and the times.
 */
export function ownHeaders(c: Context<AppEnv>): Record<string, string> {
  const payer = c.get('payer');
  const balance = isKeyPayer(payer) ? c.get('balance') : undefined;
  return {
    ...CONFINED,
    [REQUEST_ID]: c.get('requestId'),
    [ANSWER_HEADERS.credentials]: payer?.pays ?? 'none',
    'server-timing': serverTiming(performance.now() - c.get('startedAt'), c.get('upstreamMs')),
    ...(balance && balanceHeaders(balance)),
  };
}

/** A call to the API is traced where telemetry is on; elsewhere nothing is made for it. */
function beginTrace(c: Context<AppEnv>): void {
  const known = settingsResult(c.env);
  if (!known.ok || !c.req.path.startsWith('/v1/')) return;
  const { telemetry, secrets } = known.settings;
  if (telemetry === undefined) return;
  const trace = new CallTrace({
    telemetry,
    method: c.req.method,
    path: c.req.path,
    traceparent: c.get('headers').get('traceparent'),
    secrets,
    startedAt: c.get('startedAt'),
    waitUntil: (promise) => keepAlive(c, promise),
  });
  c.set('trace', trace);
  c.executionCtx.waitUntil(trace.ended);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** The request's log, which knows what it must never tell. Only DEBUG pays for knowing. */
function logOf(c: Context<AppEnv>): Log {
  const known = settingsResult(c.env);
  if (!known.ok || !known.settings.debug) return NO_LOG;
  const headers = c.get('headers');
  const cookies = headers.get('cookie')?.split(';') ?? [];
  const secrets = [
    ...known.settings.secrets,
    ...credentialsOf(headers),
    ...cookies.map((cookie) => cookie.slice(cookie.indexOf('=') + 1).trim()),
  ];
  return requestLog(
    c.get('requestId'),
    secrets.filter((secret) => secret !== undefined),
  );
}

/**
 * The gateway's own time and the time until the upstream's headers, in milliseconds.
 * @see https://www.w3.org/TR/server-timing/
 */
function serverTiming(totalMs: number, upstreamMs: number | undefined): string {
  const gateway = `gateway;dur=${tenths(totalMs - (upstreamMs ?? 0))}`;
  return upstreamMs === undefined ? gateway : `${gateway}, upstream;dur=${tenths(upstreamMs)}`;
}
