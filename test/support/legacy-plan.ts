/** Plans of legacy completions for tests of the rules. */

import { type CompletionPlan, planCompletion } from '../../src/worker/text-via-chat/plan.ts';
import { legacyRequestSchema } from '../../src/worker/text-via-chat/schema.ts';
import type { TextAnswer } from '../../src/worker/text-via-chat/stream.ts';
import { calling, type Respond } from './chat-calls.ts';

/** The plan for a request: model `m` and prompt `p` unless the members say otherwise. */
export function planFor(members: Readonly<Record<string, unknown>> = {}): CompletionPlan {
  const text = JSON.stringify({ model: 'm', prompt: 'p', ...members });
  const request = legacyRequestSchema.parse(JSON.parse(text));
  return planCompletion(request, text, { maxPrompts: 32, isReasoningModel: false });
}

/** What the gateway says of an answer where the upstream says nothing. */
export const OWN_HEAD = { id: 'cmpl-own', created: 42, model: 'm' };

/** What an answer stands on whose calls are answered so, for a client that stays. */
export function answering(respond: Respond): TextAnswer {
  return { ...calling(respond), own: OWN_HEAD };
}
