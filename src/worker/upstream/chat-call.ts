/** Chat calls that the gateway makes itself, on behalf of a request that was not one. */
import type { HeaderFields } from '../http/header-fields.ts';
import { relayChatAnswer, type Wanted } from './answer.ts';
import { callUpstream } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { requestHeaders } from './headers.ts';

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
