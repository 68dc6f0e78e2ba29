/** A translated answer in one piece: the chat calls, then one answer. */

import type { Usage } from '../completions/usage.ts';
import { redact } from '../http/redact.ts';
import { wholeText } from '../stream/read.ts';
import type { ChatCalls } from './chat-call.ts';
import { runCalls } from './run-calls.ts';

/** What is put together. */
export interface WholeWork extends ChatCalls {
  /** How many calls are made. */
  readonly count: number;
  /** The body of a call, made when it starts: bodies can be large. */
  readonly bodyOf: (index: number) => string;
  /**
   * Takes the whole answer of a call, as JSON text.
   * @throws {GatewayError} 502 for an answer that cannot be translated.
   */
  readonly take: (index: number, text: string) => void;
  /** The client's answer as JSON text, once every call has been taken. */
  readonly answer: () => string;
  readonly usages: () => readonly (Usage | undefined)[];
}

/**
 * Makes the calls and puts their answers together.
 * @returns the answer with the headers of the call that ended last, or the first refusal as it is.
 * @throws {GatewayError} 502 for an answer that cannot be translated, and what `call` throws.
 */
export async function wholeAnswer(work: WholeWork): Promise<Response> {
  let headers = new Headers();
  const refusal = await runCalls(work.count, work.clientGone, async (index, signal) => {
    const { response } = await work.call(work.bodyOf(index), signal);
    if (!response.ok) return response;
    work.take(index, await wholeText(response));
    headers = new Headers(response.headers);
    return undefined;
  });
  work.onEnd(refusal === undefined ? 'whole' : 'refused', work.usages());
  if (refusal !== undefined) return refusal;
  headers.set('content-type', 'application/json');
  return new Response(redact(work.answer(), work.secrets), { headers });
}
