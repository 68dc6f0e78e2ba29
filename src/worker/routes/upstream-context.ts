/** What an upstream call needs to know of a request, read from the request itself. */
import type { Context } from 'hono';
import { defaultUpstream } from '../config/upstream.ts';
import type { AppEnv } from '../env.ts';
import { type Log, NO_LOG } from '../http/log.ts';
import { logAccount, NO_ACCOUNT } from '../upstream/account.ts';
import type { UpstreamContext } from '../upstream/context.ts';

/** The upstream's view of a request under way, before it is known which upstream. */
export function upstreamContext(c: Context<AppEnv>): UpstreamContext {
  const settings = c.get('settings');
  const startedAt = c.get('startedAt');
  const log = c.get('log');
  const callLog: Log = settings.debug
    ? (step, fields) => log(step, { ...fields, ms: Math.round(performance.now() - startedAt) })
    : NO_LOG;
  return {
    payer: c.get('payer'),
    settings,
    upstream: defaultUpstream(settings.routing.upstreams),
    hasNext: false,
    account: settings.debug ? logAccount(callLog) : NO_ACCOUNT,
    clientGone: () => c.req.raw.signal,
    onHeaders: (ms) => c.set('upstreamMs', (c.get('upstreamMs') ?? 0) + ms),
    log: callLog,
    waitUntil: (promise) => c.executionCtx.waitUntil(promise),
  };
}
