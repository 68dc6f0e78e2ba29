/** A translated completion in one piece: the chat calls, then one legacy answer. */
import { wholeText } from '../stream/whole-text.ts';
import { CallTranslator } from './call.ts';
import type { ChoicePiece } from './choice.ts';
import type { OwnHead } from './head.ts';
import { type ChatCall, type CompletionPlan, chatBody } from './plan.ts';
import { runCalls } from './run-calls.ts';
import { textCompletion } from './text-completion.ts';

/**
 * Makes the calls of a plan and puts their answers together.
 * @param secrets what the upstream's errors may quote and nobody may see.
 * @returns the legacy answer with the headers of the call that ended last, or the first refusal as it is.
 * @throws {GatewayError} 502 for an answer that cannot be translated, and what `call` throws.
 */
export async function completeText(
  plan: CompletionPlan,
  call: ChatCall,
  clientGone: AbortSignal,
  own: OwnHead,
  secrets: readonly string[],
): Promise<Response> {
  const translators = plan.prompts.map((_, index) => new CallTranslator(plan, index, secrets));
  const pieces: ChoicePiece[] = [];
  let headers = new Headers();
  const refusal = await runCalls(plan.prompts.length, clientGone, async (index, signal) => {
    const chat = await call(chatBody(plan, index), signal);
    if (!chat.ok) return chat;
    pieces.push(...(translators[index]?.answer(await wholeText(chat)) ?? []));
    headers = new Headers(chat.headers);
    return undefined;
  });
  if (refusal !== undefined) return refusal;
  headers.set('content-type', 'application/json');
  return new Response(textCompletion(translators, pieces, own), { headers });
}
