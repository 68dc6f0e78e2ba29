/** What an upstream call needs to know of a request, read from the request itself. */
import type { Context } from 'hono';
import { defaultUpstream } from '../config/upstream.ts';
import type { AppEnv } from '../env.ts';
import { type Log, NO_LOG, requestLog } from '../http/log.ts';
import { notFinished } from '../http/server-stopping.ts';
import { CallAccount } from '../ledger/call-account.ts';
import { sumOfCharges } from '../ledger/charge.ts';
import { ownKeyAccount } from '../ledger/own-keys.ts';
import { ownHeaders } from '../middleware/stamp.ts';
import { keepAlive } from '../middleware/stopping.ts';
import { handoverOf } from '../resume/handover.ts';
import { type Account, logAccount, loggedAccount, NO_ACCOUNT } from '../upstream/account.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { tracedAccount } from '../upstream/traced-account.ts';

/** The upstream's view of a request under way, before it is known which upstream. */
export function upstreamContext(c: Context<AppEnv>): UpstreamContext {
  const settings = c.get('settings');
  const startedAt = c.get('startedAt');
  const log = c.get('log');
  const callLog: Log = settings.debug
    ? (step, fields) => log(step, { ...fields, ms: Math.round(performance.now() - startedAt) })
    : NO_LOG;
  const trace = c.get('trace');
  const account = bookedAccount(c, callLog);
  return {
    payer: c.get('payer'),
    settings,
    upstream: defaultUpstream(settings.routing.upstreams),
    hasNext: false,
    account: trace === undefined ? account : tracedAccount(account, trace),
    ...(trace && { trace }),
    clientGone: () => c.req.raw.signal,
    ownHeaders: () => ownHeaders(c),
    onHeaders: (ms) => c.set('upstreamMs', (c.get('upstreamMs') ?? 0) + ms),
    log: callLog,
    ...ends(c),
    waitUntil: (promise) => keepAlive(c, promise),
  };
}

/**
 * What may end an answer before its time: a server that stops, and in an object the answer's own caller. There the
 * runtime does not stop a call by itself whose client leaves before it is answered.
 */
function ends(c: Context<AppEnv>): Pick<UpstreamContext, 'outOfTime' | 'stop'> {
  const handover = handoverOf(c.req.raw);
  const stopping = c.get('underWay')?.outOfTime.then(notFinished);
  if (handover === undefined) return stopping === undefined ? {} : { outOfTime: stopping };
  const told = [handover.halted, ...(stopping === undefined ? [] : [stopping])];
  return { outOfTime: Promise.race(told), stop: c.req.raw.signal };
}

/** Who keeps account of a request: its key's object, the ledger, the debug log, or nobody. */
function bookedAccount(c: Context<AppEnv>, log: Log): Account {
  const settings = c.get('settings');
  const payer = c.get('payer');
  if (payer.pays === 'client' && settings.ledger) {
    const account = ownKeyAccount(c.env, (promise) => keepAlive(c, promise));
    return settings.debug ? loggedAccount(account, log) : account;
  }
  const isBooked = payer.pays === 'server' && (payer.by === 'key' || settings.ledger);
  if (!isBooked) return settings.debug ? logAccount(log) : NO_ACCOUNT;
  const account = new CallAccount({
    payer,
    env: c.env,
    settings,
    requestId: c.get('requestId'),
    waitUntil: (promise) => keepAlive(c, promise),
    onBalance: (balance) => c.set('balance', balance),
    // Written whatever DEBUG says: the row is nowhere else.
    onLost: ({ id: _, earlier, ...row }) =>
      requestLog(c.get('requestId'), settings.secrets)('ledger_lost', {
        ...row,
        ...sumOfCharges(earlier, row),
      }),
  });
  return settings.debug ? loggedAccount(account, log) : account;
}
