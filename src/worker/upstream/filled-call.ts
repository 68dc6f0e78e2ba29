/** A completion request on its way upstream: its own bytes, but for what the operator fills in. */
import type { ChatRequest } from '../completions/chat-request.ts';
import { defaultsFor } from '../completions/defaults.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { setMembers } from '../http/json/members.ts';
import { relayChatAnswer, type Wanted } from './answer.ts';
import { callUpstream } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { requestHeaders } from './headers.ts';

/** The request as it came, and where it goes. */
export interface FillableCall {
  readonly request: Omit<ChatRequest, 'messages'>;
  /** The model's name at the target. */
  readonly model: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly path: string;
  readonly origin: Origin;
  /** Whether the model takes its limits as a reasoning model does; told by its name where this is unsaid. */
  readonly isReasoning?: boolean;
}

/**
 * Calls the upstream, and says in `x-nexcode-filled` what the request left open and the operator has settled.
 * @param relay makes the client's answer of the upstream's.
 * @throws what `callUpstream` and `relay` throw.
 */
export async function callFilled(
  { request, model, body, path, origin, isReasoning }: FillableCall,
  context: UpstreamContext,
  relay: (upstream: Response) => Response | Promise<Response>,
): Promise<Response> {
  const { payer, settings } = context;
  const filled = defaultsFor(request, model, payer, settings, isReasoning);
  const changed = Object.keys(filled).join(', ');
  const upstream = await callUpstream(
    {
      method: 'POST',
      path,
      query: origin.query,
      headers: requestHeaders(origin.headers, payer.pays === 'client'),
      body: changed === '' ? body : setMembers(body, filled),
    },
    context,
  );
  if (changed === '') return relay(upstream);
  const answer = await relay(upstream);
  answer.headers.set('x-nexcode-filled', changed);
  return answer;
}

const CHAT_PATH = '/v1/chat/completions';

/** The request on whose behalf the calls are made. */
export interface Origin {
  readonly headers: HeaderFields;
  /** With its `?`, or empty. */
  readonly query: string;
}

/**
 * Makes one chat call with the credentials and headers of the original request.
 * @param body the chat request as JSON text.
 * @returns what a client of the chat endpoint would get: JSON or events as wanted, or a refusal in OpenAI's form.
 * @throws {GatewayError} where the upstream gives no answer, or one that no client could use.
 */
export async function callChat(
  body: string,
  origin: Origin,
  wanted: Wanted,
  context: UpstreamContext,
): Promise<Response> {
  const headers = requestHeaders(origin.headers, context.payer.pays === 'client');
  const request = { method: 'POST', path: CHAT_PATH, query: origin.query, headers, body };
  return relayChatAnswer(await callUpstream(request, context), wanted, context);
}
