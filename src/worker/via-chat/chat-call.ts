/** The chat calls of a translation, as those who read their answers know them. */
import type { Usage } from '../completions/usage.ts';
import type { GatewayError } from '../http/errors.ts';
import type { CallEnd } from '../upstream/account.ts';

/** Makes one chat call. Its answer has the client's headers already; a success is JSON, or events for a stream. */
export type ChatCall = (body: string, signal: AbortSignal) => Promise<Response>;

/** Told once how the answer ended, and what each call used; not where serving throws. */
export type OnEnd = (end: CallEnd, usages: readonly (Usage | undefined)[]) => void;

/** The calls of one translation, where its end is told, and what may end it. */
export interface ChatCalls {
  readonly call: ChatCall;
  readonly onEnd: OnEnd;
  readonly clientGone: AbortSignal;
  /** Aborts when the account ends the call: the answer is cut then. */
  readonly stopped: AbortSignal | undefined;
  /** Resolves when the answer gets no more time, with what its reader is told. */
  readonly outOfTime: Promise<GatewayError> | undefined;
  /** Silence in milliseconds after which an upstream counts as dead; 0 for never. */
  readonly idleMs: number;
  /** What the upstream's answers may quote and must be redacted. */
  readonly secrets: readonly string[];
}
