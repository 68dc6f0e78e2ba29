/** One whole legacy answer out of the pieces of all its calls. */

import type { CallTranslator } from './call.ts';
import type { ChoicePiece } from './choice.ts';
import { legacyHead, type OwnHead } from './head.ts';
import { sumUsage } from './usage.ts';

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
