/**
 * What a response would need from earlier ones. Nothing is stored, so each way of naming something stored is refused
 * here, in the words of the API. A store of chains has its place here: `storedItems` would read it.
 */

import { GatewayError } from '../http/errors.ts';
import { isGiven } from '../http/json/read.ts';
import { invalid } from '../via-chat/refusal.ts';
import type { ResponsesRequest } from './schema.ts';

const CURE =
  'This model is served through chat completions, and this gateway stores no answers of it: send the whole conversation as `input`, with `store: false`.';

/** An identifier is the caller's own text: quoted back, but not at any length. */
const quoted = (id: unknown) => `'${String(id).slice(0, 100)}'`;

/**
 * The items that come before the request's own.
 * @throws {GatewayError} 400 for a request that builds on what is not stored, or asks for something to be stored.
 */
export function storedItems(request: ResponsesRequest): readonly unknown[] {
  const { previous_response_id: previous, conversation, prompt, background } = request;
  if (isGiven(previous)) {
    throw invalid(
      'previous_response_id',
      'previous_response_not_found',
      `Previous response with id ${quoted(previous)} not found. ${CURE}`,
    );
  }
  if (isGiven(conversation)) {
    throw invalid('conversation', 'unsupported_parameter', `'conversation' is not supported. ${CURE}`);
  }
  if (isGiven(prompt)) {
    throw invalid(
      'prompt',
      'unsupported_parameter',
      `'prompt' (a stored prompt) is not supported. ${CURE} Put the prompt's text into \`instructions\`.`,
    );
  }
  if (background === true) {
    throw invalid(
      'background',
      'unsupported_parameter',
      `'background' is not supported. ${CURE} Ask for a stream instead.`,
    );
  }
  return [];
}

/**
 * Whether an item is a mere reference to one that was never stored: of reasoning it can go, for it is only left out then.
 * @throws {GatewayError} 400 for any other.
 */
export function isForgottenReasoning(id: unknown): boolean {
  if (typeof id === 'string' && id.startsWith('rs_')) return true;
  throw new GatewayError({
    status: 400,
    code: null,
    param: 'input',
    message: `Item with id ${quoted(id)} not found. Items are not persisted when \`store\` is set to false. ${CURE} In the AI SDK that is \`providerOptions: { openai: { store: false } }\`.`,
  });
}

/** The 404 for what is asked later of a translated response. */
export function forgottenResponse(id: string): GatewayError {
  return new GatewayError({
    status: 404,
    code: null,
    param: 'response_id',
    message: `Response with id ${quoted(id)} not found. It was translated from chat completions, and this gateway stores no such answers: keep what the stream or the answer has brought.`,
  });
}

/** The 426 for a WebSocket where responses are translated (RFC 9110, section 15.5.22). */
export function socketRefused(): GatewayError {
  return new GatewayError({
    status: 426,
    code: 'upgrade_not_supported',
    message:
      'There is no WebSocket for responses that are translated to chat completions. Send POST /v1/responses instead, with "stream": true for events.',
  });
}
