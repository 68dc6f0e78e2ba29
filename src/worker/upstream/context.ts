/** What an upstream call needs to know of the request that it serves. */
import type { Context } from 'hono';
import type { Payer } from '../auth/decide.ts';
import type { AppEnv } from '../env.ts';
import { type LogFields, logStep } from '../log.ts';
import type { Settings } from '../settings.ts';

/** The request's side of an upstream call, without the request itself. */
export interface UpstreamContext {
  readonly payer: Payer;
  readonly settings: Settings;
  /**
   * Aborts when the client leaves, as far as the platform tells. The runtime stops a call under way by itself then;
   * looking at this signal costs every request something, so only what outlives the call does.
   */
  readonly clientGone: AbortSignal;
  /** Stops the call and, later, its body for a reason of ours. */
  readonly stop?: AbortSignal;
  /** Takes the time from the call to the upstream's headers, in milliseconds. */
  readonly onHeaders: (ms: number) => void;
  /** Writes a line of the debug log. */
  readonly log: (step: string, fields: LogFields) => void;
  /** Keeps the invocation alive for a promise. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

/** The upstream's view of a request under way. */
export function upstreamContext(c: Context<AppEnv>): UpstreamContext {
  const settings = c.get('settings');
  const requestId = c.get('requestId');
  const startedAt = c.get('startedAt');
  return {
    payer: c.get('payer'),
    settings,
    get clientGone() {
      return c.req.raw.signal;
    },
    onHeaders: (ms) => c.set('upstreamMs', (c.get('upstreamMs') ?? 0) + ms),
    log: (step, fields) =>
      logStep(settings, requestId, step, { ...fields, ms: Math.round(performance.now() - startedAt) }),
    waitUntil: (promise) => c.executionCtx.waitUntil(promise),
  };
}
