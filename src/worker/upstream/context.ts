/** What an upstream call needs to know of the request that it serves. */
import type { Payer } from '../access/decide.ts';
import { isHeldToStateless } from '../access/stateless.ts';
import type { Settings } from '../config/settings.ts';
import type { Upstream } from '../config/upstream.ts';
import type { GatewayError } from '../http/errors.ts';
import type { Log } from '../http/log.ts';
import type { CallTrace } from '../telemetry/call-trace.ts';
import type { Account } from './account.ts';
import type { HeaderRecord } from './headers.ts';

/** The request's side of an upstream call, without the request itself. */
export interface UpstreamContext {
  readonly payer: Payer;
  readonly settings: Settings;
  /** Where the call goes. */
  readonly upstream: Upstream;
  /** Another target follows if this one fails: an answer is delivered only once it is known to be one. */
  readonly hasNext: boolean;
  /** Keeps account of the call. */
  readonly account: Account;
  /**
   * Aborts when the client leaves, as far as the platform tells. The runtime stops a call under way by itself then;
   * looking at this signal costs every request something, so only what outlives the call does.
   */
  readonly clientGone: () => AbortSignal;
  /** Resolves when the answer gets no more time, with what its reader is told. Never rejects. */
  readonly outOfTime?: Promise<GatewayError>;
  /** Stops the call and, later, its body for a reason of ours. */
  readonly stop?: AbortSignal;
  /** The gateway's own headers for an answer whose head is made now. */
  readonly ownHeaders: () => HeaderRecord;
  /** Takes the time from the call to the upstream's headers, in milliseconds. */
  readonly onHeaders: (ms: number) => void;
  /** Tells of the call's attempts; only where telemetry is on. */
  readonly trace?: CallTrace;
  /** Writes a line of the debug log. */
  readonly log: Log;
  /** Keeps the invocation alive for a promise. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

/**
 * Whether a call may keep and read nothing in the account behind the key. Of an issued key that is known once its call's
 * account is open.
 */
export function keepsNothing({ payer, settings, account }: UpstreamContext): boolean {
  return isHeldToStateless(payer, settings) && !account.mayStore;
}
