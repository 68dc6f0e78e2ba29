/** The operator's defaults for requests that leave them open. */

import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import type { Payer } from '../access/decide.ts';
import type { Settings } from '../config/settings.ts';
import { isReasoningModel } from '../config/vendors.ts';
import { isGiven } from '../http/json/read.ts';
import type { ChatRequest } from './chat-request.ts';

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
