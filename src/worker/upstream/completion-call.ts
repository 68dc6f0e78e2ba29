/** The calls for a completion: the client's own bytes but for what the operator fills in, or a chat request of ours. */
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import type { ChatRequest } from '../completions/chat-request.ts';
import { defaultsFor } from '../completions/defaults.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { setMembers } from '../http/json/members.ts';
import { type ResponseOptions, relayChatAnswer } from './answer.ts';
import type { UpstreamRequest } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { requestHeaders } from './headers.ts';
import type { PassStream } from './pass-on.ts';
import { callUntilStarted } from './started-call.ts';

/** The request on whose behalf calls are made. */
export interface ClientRequest {
  readonly headers: HeaderFields;
  /** With its `?`, or empty. */
  readonly query: string;
}

/** A completion request as it came, and where it goes. */
export interface CompletionCall {
  readonly request: Omit<ChatRequest, 'messages'>;
  /** The model's name at the target. */
  readonly model: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly path: string;
  readonly client: ClientRequest;
  /** Whether the model takes its limits as a reasoning model does; told by its name where this is unsaid. */
  readonly isReasoning?: boolean;
}

/** What goes upstream, and the members that the request left open and the operator has settled. */
export interface FilledRequest {
  readonly request: UpstreamRequest;
  readonly filled: readonly string[];
}

/** The upstream request for a completion: the client's bytes, untouched where nothing is filled in. */
export function fillRequest(
  { request, model, body, path, client, isReasoning }: CompletionCall,
  context: UpstreamContext,
): FilledRequest {
  const { payer, settings, account } = context;
  const members = {
    ...defaultsFor(request, model, payer, settings, isReasoning),
    ...account.fills(),
  };
  const filled = Object.keys(members);
  return {
    request: {
      method: 'POST',
      path,
      query: client.query,
      headers: requestHeaders(client.headers, context),
      body: filled.length === 0 ? body : setMembers(body, members),
      streamed: request.stream === true,
    },
    filled,
  };
}

/** The same answer; `x-nexcode-filled` names what was filled in. */
export function withFilled(answer: Response, filled: readonly string[]): Response {
  if (filled.length > 0) answer.headers.set(ANSWER_HEADERS.filled, filled.join(', '));
  return answer;
}

const CHAT_PATH = '/v1/chat/completions';

/** The upstream request for a chat completion of the gateway's own wording, on a client's behalf. */
export function chatRequest(
  body: string,
  streamed: boolean,
  client: ClientRequest,
  context: UpstreamContext,
): UpstreamRequest {
  const headers = requestHeaders(client.headers, context);
  return { method: 'POST', path: CHAT_PATH, query: client.query, headers, body, streamed };
}

/**
 * Makes one chat call with the credentials and headers of the original request.
 * @param body the chat request as JSON text.
 * @param passStream passes an event stream on; as it is and watched, unless said otherwise.
 * @returns what a client of the chat endpoint would get: JSON or events as asked for, or a refusal in OpenAI's form.
 * @throws {GatewayError} where the upstream gives no answer, or one that no client could use.
 */
export async function callChat(
  body: string,
  client: ClientRequest,
  options: ResponseOptions,
  context: UpstreamContext,
  passStream?: PassStream,
): Promise<Response> {
  const answer = await callUntilStarted(chatRequest(body, options.stream, client, context), context);
  return relayChatAnswer(answer, options, context, passStream);
}
