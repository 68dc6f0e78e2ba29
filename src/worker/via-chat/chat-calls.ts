/** The chat calls of a translation: on the client's behalf, under one account, marked in the answer. */

import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { readUsage, sumUsage } from '../completions/usage.ts';
import type { GatewayError } from '../http/errors.ts';
import { withoutField } from '../http/header-fields.ts';
import type { StartedStream } from '../stream/stream-start.ts';
import { partsAccount } from '../upstream/account.ts';
import type { ResponseOptions } from '../upstream/answer.ts';
import { secretsOf } from '../upstream/call.ts';
import { type ClientRequest, withFilled } from '../upstream/completion-call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { type PassStream, passTo } from '../upstream/pass-on.ts';
import type { ChatCalls, OnEnd } from './chat-call.ts';
import type { BridgedCall } from './serve.ts';

/** What serves a chat request: the upstream, unless the model is one that the gateway answers for itself. */
export type ChatService = (
  body: string,
  client: ClientRequest,
  options: ResponseOptions,
  context: UpstreamContext,
  passStream: PassStream,
) => Promise<Response>;

/**
 * The calls of one translation.
 * @param count how many calls will be made.
 */
export function chatCalls(
  { client, context, body: { length: bodyBytes } }: Pick<BridgedCall<unknown>, 'client' | 'context' | 'body'>,
  chat: ChatService,
  options: ResponseOptions,
  count: number,
): ChatCalls {
  // One key for several calls would make all but the first of them repetitions.
  const headers = count > 1 ? withoutField(client.headers, 'idempotency-key') : client.headers;
  const account = partsAccount(context.account, count, bodyBytes);
  const onHeaders = firstOnly(context.onHeaders);
  const { outOfTime } = context;
  return {
    async call(body, signal) {
      let stream: StartedStream | undefined;
      // What reads the stream here watches it too.
      const pass = passTo((begun) => {
        stream = begun;
      });
      const at = { ...context, stop: signal, clientGone: () => signal, ownHeaders: NONE, onHeaders, account };
      const answer = chat(body, { ...client, headers }, options, at, pass);
      const response = await (outOfTime === undefined
        ? answer
        : Promise.race([answer, noMoreTime(outOfTime)]));
      return stream === undefined ? { response } : { response, stream };
    },
    onEnd: (end, usages) => context.account.close({ end, usage: readUsage(sumUsage(usages)) }),
    clientGone: context.clientGone(),
    stopped: context.account.stopped,
    outOfTime,
    idleMs: context.upstream.idleMs,
    secrets: secretsOf(context),
  };
}

/** The translated answer gets the gateway's own headers, not what it is made of. */
const NONE: UpstreamContext['ownHeaders'] = () => ({});

async function noMoreTime(outOfTime: Promise<GatewayError>): Promise<never> {
  throw await outOfTime;
}

/**
 * Serves a translation, and keeps the invocation alive to the answer's end: the calls may pause between two of them.
 * @throws what `serve` throws.
 */
export async function underWay(
  context: UpstreamContext,
  calls: ChatCalls,
  serve: (calls: ChatCalls) => Promise<Response>,
): Promise<Response> {
  const ended = Promise.withResolvers<void>();
  context.waitUntil(ended.promise);
  const onEnd: OnEnd = (end, usages) => {
    calls.onEnd(end, usages);
    ended.resolve();
  };
  try {
    const answer = await serve({ ...calls, onEnd });
    if (answer.ok) context.waitUntil(context.account.running(ended.promise));
    return answer;
  } catch (error) {
    ended.resolve();
    throw error;
  }
}

/** The calls run side by side, so their times to the headers do not add up: the first one's stands for all. */
function firstOnly(onHeaders: UpstreamContext['onHeaders']): UpstreamContext['onHeaders'] {
  let isFirst = true;
  return (ms) => {
    if (isFirst) onHeaders(ms);
    isFirst = false;
  };
}

/** Names longer than this, or with other characters, are the caller's text and stay out of headers. */
const MEMBER_NAME = /^[\w.[\]-]{1,64}$/;
const LONGEST_LIST = 40;

/** Says in the answer's headers that it was translated, what was filled in, and what was left out. */
export function markTranslated(
  answer: Response,
  { filled, dropped }: { readonly filled: readonly string[]; readonly dropped: readonly string[] },
): Response {
  answer.headers.set(ANSWER_HEADERS.translated, 'chat');
  return withDropped(withFilled(answer, filled), dropped);
}

/** The same answer; `x-nexcode-dropped` names what was left out of the request. */
export function withDropped(answer: Response, dropped: readonly string[]): Response {
  const shown = [...new Set(dropped)].filter((name) => MEMBER_NAME.test(name)).slice(0, LONGEST_LIST);
  if (shown.length > 0) answer.headers.set(ANSWER_HEADERS.dropped, shown.join(', '));
  return answer;
}
