/** A legacy event stream as text: every event whole, one id and one time of creation throughout. */

import type { ChoicePiece } from './choice.ts';
import { type AnswerHead, legacyHead, type OwnHead } from './head.ts';
import type { CompletionPlan } from './plan.ts';
import { sumUsage, type Usage } from './usage.ts';

/** Writes the events of one legacy stream. */
export class TextEvents {
  readonly #plan: CompletionPlan;
  readonly #own: OwnHead;
  /** The head's members as JSON text, fixed by the first piece. */
  #head: string | undefined;

  constructor(plan: CompletionPlan, own: OwnHead) {
    this.#plan = plan;
    this.#own = own;
  }

  /** One event for each piece. */
  pieces(pieces: readonly ChoicePiece[], head: AnswerHead | undefined): string {
    const usage = this.#plan.includeUsage ? ',"usage":null' : '';
    return pieces
      .map((piece) => `data: {${this.#headText(head)},"choices":[${JSON.stringify(piece)}]${usage}}\n\n`)
      .join('');
  }

  /** The end of a whole stream: the summed usage where it was asked for and all calls reported one, then `[DONE]`. */
  end(usages: readonly (Usage | undefined)[]): string {
    const usage = this.#plan.includeUsage ? sumUsage(usages) : undefined;
    const last =
      usage === undefined
        ? ''
        : `data: {${this.#headText(undefined)},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`;
    return `${last}data: [DONE]\n\n`;
  }

  #headText(head: AnswerHead | undefined): string {
    this.#head ??= JSON.stringify(legacyHead(head, this.#own, this.#plan.prompts.length)).slice(1, -1);
    return this.#head;
  }
}
