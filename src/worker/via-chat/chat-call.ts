/** The chat calls of a translation, as those who read their answers know them. */
import type { Usage } from '../completions/usage.ts';
import type { GatewayError } from '../http/errors.ts';
import type { StartedStream } from '../stream/stream-start.ts';
import type { CallEnd } from '../upstream/account.ts';

/** The answer of a chat call. It has the client's headers already; a success is JSON, or events for a stream. */
export interface ChatAnswer {
  readonly response: Response;
  /** The events, where they are not the response's body. */
  readonly stream?: StartedStream;
}

/** Makes one chat call. */
export type ChatCall = (body: string, signal: AbortSignal) => Promise<ChatAnswer>;

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
