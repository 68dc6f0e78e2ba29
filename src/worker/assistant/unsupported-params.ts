/** Parameters that mean nothing to a quoted section: a model could honour them, a quotation cannot. */
import { GatewayError } from '../http/errors.ts';
import { isRecord } from '../http/json/read.ts';
import type { Conversation } from './conversation.ts';

/** What each parameter asks for, if it asks for anything that a quotation cannot give. */
const REFUSED: Readonly<
  Record<string, (value: unknown, body: Readonly<Record<string, unknown>>) => boolean>
> = {
  tools: (value, { tool_choice }) => Array.isArray(value) && value.length > 0 && tool_choice !== 'none',
  functions: (value, { function_call }) =>
    Array.isArray(value) && value.length > 0 && function_call !== 'none',
  n: (value) => typeof value === 'number' && value > 1,
  logprobs: (value) => value === true,
  response_format: (value) => isRecord(value) && value['type'] !== 'text',
  modalities: (value) => Array.isArray(value) && value.some((modality) => modality !== 'text'),
  audio: isRecord,
  web_search_options: isRecord,
};

/** The refusal, 400 `unsupported_parameter`, of the first such parameter; undefined where there is none. */
export function unsupportedParams(
  body: Readonly<Record<string, unknown>>,
  conversation: Conversation,
): GatewayError | undefined {
  for (const [param, asksForMore] of Object.entries(REFUSED)) {
    if (asksForMore(body[param], body)) return unsupported(param, `'${param}'`);
  }
  return conversation.hasAttachment
    ? unsupported('messages', 'an image, sound or file in a message')
    : undefined;
}

function unsupported(param: string, what: string): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'unsupported_parameter',
    param,
    message: `No model is connected, so the assistant can only quote its documentation, and a quotation does not support ${what}. Leave it out, send a key of your own, or let the operator set OPENAI_API_KEY.`,
  });
}
