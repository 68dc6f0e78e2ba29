/** A translated completion in one piece: the chat calls, then one legacy answer. */

import { sumUsage } from '../completions/usage.ts';
import { wholeAnswer } from '../via-chat/whole.ts';
import { CallTranslator } from './call.ts';
import type { ChoicePiece } from './choice.ts';
import { legacyHead, type OwnHead } from './head.ts';
import { type CompletionPlan, chatBody } from './plan.ts';
import type { TextAnswer } from './stream.ts';

/**
 * Makes the calls of a plan and puts their answers together.
 * @returns the legacy answer, or the first refusal as it is.
 * @throws {GatewayError} 502 for an answer that cannot be translated, and what `call` throws.
 */
export function completeText(
  plan: CompletionPlan,
  { own, secrets, ...answer }: TextAnswer,
): Promise<Response> {
  const translators = plan.prompts.map((_, index) => new CallTranslator(plan, index, secrets));
  const pieces: ChoicePiece[] = [];
  return wholeAnswer({
    ...answer,
    secrets,
    count: plan.prompts.length,
    bodyOf: (index) => chatBody(plan, index),
    take: (index, text) => {
      pieces.push(...(translators[index]?.answer(text) ?? []));
    },
    answer: () => textCompletion(translators, pieces, own),
    usages: () => translators.map(({ usage }) => usage),
  });
}

/**
 * The legacy answer as JSON text: choices in the order of their indexes, which clients take for granted, and the usage
 * summed over the calls (left out when a call reported none).
 * @param calls the translators of all calls, in the order of the prompts, each at its end.
 * @param pieces what they have yielded, in any order between choices.
 */
export function textCompletion(
  calls: readonly CallTranslator[],
  pieces: readonly ChoicePiece[],
  own: OwnHead,
): string {
  const usage = sumUsage(calls.map((call) => call.usage));
  return JSON.stringify({
    ...legacyHead(calls[0]?.head, own, calls.length),
    choices: mergePieces(pieces),
    ...(usage === undefined ? {} : { usage }),
  });
}

/** Puts the pieces of each choice together, and the choices in order. */
function mergePieces(pieces: readonly ChoicePiece[]): ChoicePiece[] {
  const choices = new Map<number, ChoicePiece>();
  for (const piece of pieces) {
    const sofar = choices.get(piece.index);
    choices.set(piece.index, sofar === undefined ? piece : { ...piece, text: sofar.text + piece.text });
  }
  return [...choices.values()].sort((a, b) => a.index - b.index);
}
