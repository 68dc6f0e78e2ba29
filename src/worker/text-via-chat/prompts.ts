/** The `prompt` of a legacy request: one text or several, each of which becomes a chat call of its own. */
import type { GatewayError } from '../http/errors.ts';
import { invalid, unsupported } from './refusal.ts';

/**
 * The prompts as a list of texts, in the request's order.
 * @param limit the most prompts that one request may fan out to.
 * @throws {GatewayError} 400 for what is no text (`param: 'prompt'`).
 */
export function readPrompts(prompt: unknown, model: string, limit: number): readonly string[] {
  if (typeof prompt === 'string') return [prompt];
  if (prompt === undefined || prompt === null) {
    throw invalid('prompt', 'missing_required_parameter', "Missing required parameter: 'prompt'.");
  }
  if (!Array.isArray(prompt)) throw wrongType();
  if (prompt.length === 0) {
    throw invalid(
      'prompt',
      'empty_array',
      "Invalid 'prompt': empty array. Send a text, or an array of at least one.",
    );
  }
  const texts = prompt.filter((item) => typeof item === 'string');
  if (texts.length !== prompt.length) {
    throw isTokens(prompt)
      ? unsupported(model, 'prompt', 'A prompt of token ids (send it as text)', 'unsupported_value')
      : wrongType();
  }
  if (texts.length > limit) {
    throw invalid(
      'prompt',
      'array_above_max_length',
      `Invalid 'prompt': ${texts.length} prompts in one request, and this gateway makes at most ${limit} chat calls for one. Send them in smaller batches, or let the operator raise COMPLETIONS_MAX_PROMPTS.`,
    );
  }
  return texts;
}

function isTokens(prompt: readonly unknown[]): boolean {
  const numbers = (list: readonly unknown[]) => list.every((item) => typeof item === 'number');
  return numbers(prompt) || prompt.every((item) => Array.isArray(item) && numbers(item));
}

function wrongType(): GatewayError {
  return invalid(
    'prompt',
    'invalid_type',
    "Invalid type for 'prompt': expected a string or an array of strings.",
  );
}
