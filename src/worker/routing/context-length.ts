/** How upstreams say that a request is longer than their model's context. */
import { foreignError } from '../http/foreign-error.ts';
import { parseJson } from '../http/json/read.ts';

/** OpenAI's code for it (https://platform.openai.com/docs/guides/error-codes). */
export const TOO_LONG_CODE = 'context_length_exceeded';

/** The codes and types of OpenAI, llama.cpp's server (`exceed_context_size_error`) and others. */
const CODES = /context_(?:length|window|size)|request_too_large|model_max_prompt_tokens_exceeded/i;

/** The messages of vLLM, Anthropic, Gemini, Mistral and others, whose codes say no more than "bad request". */
const MESSAGES =
  /maximum context length|context (?:window|length|size)|prompt is too long|(?:input|prompt) (?:is )?too (?:long|large)|input token count|too many (?:input )?tokens|exceeds? the (?:model's )?max(?:imum)? (?:input|prompt|number of tokens)/i;

/** Whether a refusal's text says so. @param text JSON in the form of whichever vendor. */
export function saysTooLong(text: string): boolean {
  const { code, type, message = '' } = foreignError(parseJson(text));
  if ([code, type].some((name) => typeof name === 'string' && CODES.test(name))) return true;
  return MESSAGES.test(message);
}
