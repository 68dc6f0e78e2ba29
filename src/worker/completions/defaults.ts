/** The operator's defaults for requests that leave them open. */

import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import type { Payer } from '../access/decide.ts';
import type { Settings } from '../config/settings.ts';
import type { ChatRequest } from './chat-request.ts';

/** OpenAI's reasoning models: they refuse `max_tokens` and any `temperature` but their own. */
const REASONING_MODEL = /^(?:ft:)?(?:o\d|gpt-[5-9])/;

/** Whether a model is one of OpenAI's reasoning models, fine-tuned (`ft:o4-mini:...`) or with a vendor's prefix (`openai/o3`) too. */
export function isReasoningModel(model: string): boolean {
  return REASONING_MODEL.test(model.slice(model.lastIndexOf('/') + 1));
}

/** The model that a request asks for, or the operator's. */
export function modelOf(request: Pick<ChatRequest, 'model'>, settings: Settings): string {
  return request.model || settings.model;
}

/**
 * The members to set in a request's body, as JSON texts: the model where the target knows it by another name or none
 * is named, and, where the server pays, the operator's MAX_TOKENS and TEMPERATURE in the form that the model takes.
 * Empty when nothing has to change.
 * @param model the model's name at the target.
 * @param isReasoning whether the model takes them as a reasoning model does. The legacy endpoint knows no such model.
 */
export function defaultsFor(
  request: Omit<ChatRequest, 'messages'>,
  model: string,
  payer: Payer,
  settings: Settings,
  isReasoning = isReasoningModel(model),
): Record<string, string> {
  const members: Record<string, string> = {};
  if (model !== request.model) members['model'] = JSON.stringify(model);
  // The assistant decides for itself what its model is sent.
  if (payer.pays !== 'server' || model === ASSISTANT_MODEL) return members;

  const limited = isGiven(request.max_tokens) || isGiven(request.max_completion_tokens);
  if (settings.maxTokens !== undefined && !limited) {
    members[isReasoning ? 'max_completion_tokens' : 'max_tokens'] = String(settings.maxTokens);
  }
  if (settings.temperature !== undefined && !isReasoning && !isGiven(request.temperature)) {
    members['temperature'] = settings.temperature;
  }
  return members;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
