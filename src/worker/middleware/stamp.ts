/** What every request gets on its way in and every answer on its way out. */

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { credentialsOf } from '../access/bearer.ts';
import { isKeyPayer } from '../access/decide.ts';
import { type AppEnv, settingsResult } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { headerFields } from '../http/header-fields.ts';
import { type Log, NO_LOG, OnceASecond, placeOf, requestLog, withFirst } from '../http/log.ts';
import { queryOf } from '../http/path.ts';
import { balanceHeaders } from '../ledger/balance-headers.ts';
import { handoverOf } from '../resume/handover.ts';
import { CallTrace } from '../telemetry/call-trace.ts';
import { confineAnswer } from './confine.ts';
import { allowOrigin } from './cors.ts';
import { keepAlive } from './stopping.ts';

/** Gives the request an id and a starting time, and the answer its `x-request-id`, `x-nexcode-credentials`, `server-timing`, what browsers of other origins need, and what keeps it from being a page. */
export const stamp = createMiddleware<AppEnv>(async function stampRequest(c, next) {
  const handover = handoverOf(c.req.raw);
  c.set('requestId', handover?.requestId ?? `req_${crypto.randomUUID().replaceAll('-', '')}`);
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
  if (!headers.has('x-request-id')) headers.set('x-request-id', c.get('requestId'));
  headers.set(ANSWER_HEADERS.credentials, c.get('payer')?.pays ?? 'none');
  showBalance(c);
  allowOrigin(c);
  confineAnswer(c);
  const code = c.error instanceof GatewayError ? c.error.fields.code : undefined;
  c.get('trace')?.answered(c.res.status, code);
  const ms = performance.now() - c.get('startedAt');
  headers.set('server-timing', serverTiming(ms, c.get('upstreamMs')));
  if (c.get('tokenFailed') && !failures.mayPass(Date.now())) return;
  // Of an unexpected error the name tells the kind and the stack the place; its text could hold anything.
  const unexpected = c.error instanceof GatewayError ? undefined : c.error;
  log('answer', {
    status: c.res.status,
    code,
    unexpected: unexpected?.name,
    at: unexpected && placeOf(unexpected),
    ms: Math.round(ms),
  });
});

/** Wrong tokens fill no log, however many are sent. */
const failures = new OnceASecond();
/** Tell of the operator's own account, which is nothing to the holder of an issued key. */
const ACCOUNT_HEADERS = /^(?:x-ratelimit-|anthropic-ratelimit-|openai-organization$|openai-project$)/;

/** Says to an issued key what is left of its limits, in the place of the upstream's own. */
function showBalance(c: Context<AppEnv>): void {
  if (!isKeyPayer(c.get('payer'))) return;
  const { headers } = c.res;
  const foreign: string[] = [];
  headers.forEach((_, name) => {
    if (ACCOUNT_HEADERS.test(name)) foreign.push(name);
  });
  for (const name of foreign) headers.delete(name);
  const balance = c.get('balance');
  if (balance === undefined) return;
  for (const [name, value] of Object.entries(balanceHeaders(balance))) headers.set(name, value);
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
