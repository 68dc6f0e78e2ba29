/** A translated text completion as an event stream. */

import { sumUsage, type Usage } from '../completions/usage.ts';
import { errorEnvelope } from '../http/errors.ts';
import { DONE_EVENT, eventText } from '../http/events.ts';
import type { ChatCalls } from '../via-chat/chat-call.ts';
import { type StreamTranslator, streamCalls } from '../via-chat/stream.ts';
import { CallTranslator } from './call.ts';
import type { ChoicePiece } from './choice.ts';
import { type AnswerHead, legacyHead, type OwnHead } from './head.ts';
import { type CompletionPlan, chatBody } from './plan.ts';

/** Comments are the one kind of heartbeat that every client takes. */
const HEARTBEAT = ':\n\n';
const HEARTBEAT_MS = 10_000;

/** What an answer stands on beside its plan. */
export interface TextAnswer extends ChatCalls {
  readonly own: OwnHead;
}

/**
 * Makes the calls of a plan and streams their answers. The client's answer begins with the first chunk of the first
 * call that sends one; a later failure becomes an error event, and no `[DONE]` follows.
 * @returns the event stream, or the first refusal as it is.
 * @throws {GatewayError} 502 for an answer that cannot be translated, and what `call` throws.
 */
export function streamText(plan: CompletionPlan, { own, ...answer }: TextAnswer): Promise<Response> {
  const events = new TextEvents(plan, own);
  return streamCalls({
    ...answer,
    translators: plan.prompts.map((_, index) => new CallStream(plan, index, events, answer.secrets)),
    bodyOf: (index) => chatBody(plan, index),
    form: {
      heartbeat: () => HEARTBEAT,
      heartbeatMs: HEARTBEAT_MS,
      closing: (usages) => events.end(usages),
      failure: (error) => eventText(errorEnvelope(error.fields)),
    },
  });
}

/** Translates one call of a plan into the events of the one legacy stream. */
class CallStream implements StreamTranslator {
  readonly #call: CallTranslator;
  readonly #events: TextEvents;

  /** @param secrets what the upstream's errors may quote and must be redacted. */
  constructor(plan: CompletionPlan, promptIndex: number, events: TextEvents, secrets: readonly string[]) {
    this.#call = new CallTranslator(plan, promptIndex, secrets);
    this.#events = events;
  }

  get done(): boolean {
    return this.#call.done;
  }

  get said(): boolean {
    return this.#call.said;
  }

  get usage(): Usage | undefined {
    return this.#call.usage;
  }

  event(data: string): string {
    return this.#events.pieces(this.#call.event(data), this.#call.head);
  }

  end(): string {
    return this.#events.pieces(this.#call.end(), this.#call.head);
  }
}

/** Writes the events of one legacy stream. */
class TextEvents {
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
    let events = '';
    for (const piece of pieces) {
      events += eventText(`{${this.#headText(head)},"choices":[${pieceText(piece)}]${usage}}`);
    }
    return events;
  }

  /** The end of a whole stream: the summed usage where it was asked for and all calls reported one, then `[DONE]`. */
  end(usages: readonly (Usage | undefined)[]): string {
    const usage = this.#plan.includeUsage ? sumUsage(usages) : undefined;
    const last =
      usage === undefined
        ? ''
        : eventText(`{${this.#headText(undefined)},"choices":[],"usage":${JSON.stringify(usage)}}`);
    return `${last}${DONE_EVENT}`;
  }

  #headText(head: AnswerHead | undefined): string {
    this.#head ??= JSON.stringify(legacyHead(head, this.#own, this.#plan.prompts.length)).slice(1, -1);
    return this.#head;
  }
}

/** A piece as JSON. Most are mere text, which is written without looking at the rest. */
function pieceText(piece: ChoicePiece): string {
  if (piece.logprobs !== null || piece.finish_reason !== null) return JSON.stringify(piece);
  return `{"text":${JSON.stringify(piece.text)},"index":${piece.index},"logprobs":null,"finish_reason":null}`;
}
