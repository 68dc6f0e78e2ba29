/** What an upstream call needs to know of the request that it serves. */
import type { Context } from 'hono';
import type { Payer } from '../access/decide.ts';
import type { Settings } from '../config/settings.ts';
import type { Upstream } from '../config/upstream.ts';
import type { AppEnv } from '../env.ts';
import { type Log, NO_LOG } from '../http/log.ts';
import { defaultUpstream } from '../routing/resolve.ts';

/** The request's side of an upstream call, without the request itself. */
export interface UpstreamContext {
  readonly payer: Payer;
  readonly settings: Settings;
  /** Where the call goes. */
  readonly upstream: Upstream;
  /** Another target follows if this one fails, so a stream is held back until it says something. */
  readonly holdBack: boolean;
  /**
   * Aborts when the client leaves, as far as the platform tells. The runtime stops a call under way by itself then;
   * looking at this signal costs every request something, so only what outlives the call does.
   */
  readonly clientGone: () => AbortSignal;
  /** Stops the call and, later, its body for a reason of ours. */
  readonly stop?: AbortSignal;
  /** Takes the time from the call to the upstream's headers, in milliseconds. */
  readonly onHeaders: (ms: number) => void;
  /** Writes a line of the debug log. */
  readonly log: Log;
  /** Keeps the invocation alive for a promise. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

/** The upstream's view of a request under way, before it is known which upstream. */
export function upstreamContext(c: Context<AppEnv>): UpstreamContext {
  const settings = c.get('settings');
  const startedAt = c.get('startedAt');
  const log = c.get('log');
  return {
    payer: c.get('payer'),
    settings,
    upstream: defaultUpstream(settings.routing.upstreams),
    holdBack: false,
    clientGone: () => c.req.raw.signal,
    onHeaders: (ms) => c.set('upstreamMs', (c.get('upstreamMs') ?? 0) + ms),
    log: settings.debug
      ? (step, fields) => log(step, { ...fields, ms: Math.round(performance.now() - startedAt) })
      : NO_LOG,
    waitUntil: (promise) => c.executionCtx.waitUntil(promise),
  };
}
