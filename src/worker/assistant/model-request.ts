/** The body of the call to a model: the caller's own, with what the assistant decides put in its place. */

import type { Settings } from '../config/settings.ts';
import { isReasoningModel } from '../config/vendors.ts';
import { setMembers } from '../http/json/members.ts';
import { isGiven } from '../http/json/read.ts';
import type { Message } from './conversation.ts';

/** The longest answer where neither the request nor MAX_TOKENS says, in tokens. */
const ANSWER_TOKENS = 1500;

/**
 * @param body The caller's JSON text; what is not named here stays as it is, to the digit.
 * @param request The same, parsed.
 * @param model The model's name at the target.
 */
export function modelRequest(
  body: string,
  request: Readonly<Record<string, unknown>>,
  messages: readonly Message[],
  model: string,
  settings: Settings,
): string {
  const members: Record<string, string> = {
    model: JSON.stringify(model),
    messages: JSON.stringify(messages),
  };
  const { max_tokens: older, max_completion_tokens: newer, temperature } = request;
  if (isReasoningModel(model)) {
    // These models refuse both; null is the same as absent, for OpenAI.
    if (isGiven(older)) members['max_tokens'] = 'null';
    if (isGiven(temperature)) members['temperature'] = 'null';
    if (!isGiven(newer))
      members['max_completion_tokens'] = JSON.stringify(older ?? settings.maxTokens ?? ANSWER_TOKENS);
  } else {
    if (!isGiven(older) && !isGiven(newer))
      members['max_tokens'] = String(settings.maxTokens ?? ANSWER_TOKENS);
    if (!isGiven(temperature)) members['temperature'] = settings.solutionTemperature;
  }
  return new TextDecoder().decode(setMembers(new Uint8Array(new TextEncoder().encode(body)), members));
}
