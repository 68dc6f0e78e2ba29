/** The chat calls of a translation, as those who read their answers know them. */
import type { Usage } from '../completions/usage.ts';
import type { CallEnd } from '../upstream/account.ts';

/** Makes one chat call. Its answer has the client's headers already; a success is JSON, or events for a stream. */
export type ChatCall = (body: string, signal: AbortSignal) => Promise<Response>;

/** Told once how the answer ended, and what each call used; not where serving throws. */
export type OnEnd = (end: CallEnd, usages: readonly (Usage | undefined)[]) => void;

/** The calls of one translation, and where its end is told. */
export interface ChatCalls {
  readonly call: ChatCall;
  readonly onEnd: OnEnd;
}
