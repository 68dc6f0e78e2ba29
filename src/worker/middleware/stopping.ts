/** Stopping a local server: what is under way gets a time, what comes meanwhile a 503. */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { equalSecrets } from '../access/secret.ts';
import { STOP_HEADER, STOP_PATH } from '../config/stop-request.ts';
import { type AppEnv, settingsResult } from '../env.ts';
import { notBegun, notFinished } from '../http/server-stopping.ts';
import { RequestsUnderWay } from '../http/under-way.ts';
import { mergeOwnKeys } from '../ledger/own-keys.ts';
import { within } from '../stream/within.ts';

/** How long the last words of streams may take to be read, in milliseconds. */
const LAST_WORDS_MS = 1000;

/** Those of this isolate. */
const requests = new RequestsUnderWay();

/**
 * Where the launcher has said a secret for it (STOP_SECRET), heeds its request to stop: new requests are refused then,
 * and those under way end within SHUTDOWN_GRACE_MS. The request is answered when none is left.
 * @throws {GatewayError} 503 `server_stopping`.
 */
export const heedStop = createMiddleware<AppEnv>(function heedStopRequest(c, next) {
  const known = settingsResult(c.env);
  const settings = known.ok ? known.settings : undefined;
  if (settings?.stopSecret === undefined) return next();
  if (
    c.req.path === STOP_PATH &&
    equalSecrets(c.get('headers').get(STOP_HEADER) ?? '', settings.stopSecret)
  ) {
    return stopAll(settings.shutdownGraceMs)
      .then(() => mergeOwnKeys(c.env, Date.now()))
      .then(() => c.body(null, 204));
  }
  if (requests.isStopping) throw notBegun();
  return requests.begin(async (request) => {
    c.set('underWay', request);
    const inTime = await Promise.race([next().then(() => true), request.outOfTime.then(() => false)]);
    if (!inTime) throw notFinished();
  });
});

/** Keeps the invocation alive for a promise, and the server too, where it stops. */
export function keepAlive(c: Context<AppEnv>, promise: Promise<unknown>): void {
  c.get('underWay')?.holdFor(promise);
  c.executionCtx.waitUntil(promise);
}

async function stopAll(graceMs: number): Promise<void> {
  requests.isStopping = true;
  await within(requests.idle(), graceMs, undefined);
  requests.endTime();
  await within(requests.idle(), LAST_WORDS_MS, undefined);
}
