/** What one chat call answers, as pieces of legacy choices. Pure: it is fed texts and reads no stream. */

import { partOf } from '../completions/choice-part.ts';
import { type Usage, wholeUsage } from '../completions/usage.ts';
import type { GatewayError } from '../http/errors.ts';
import { DONE } from '../http/events.ts';
import { numberOf } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { cutAnswer, unusableAnswer, upstreamFailure } from '../http/upstream-failure.ts';
import { finishOf, parseChat, parseWholeChat, plainContentOf } from '../via-chat/chat-chunk.ts';
import { RepeatedChunk } from '../via-chat/repeated-chunk.ts';
import { type ChoicePiece, ChoiceTranslator, finishReasonOf } from './choice.ts';
import { type AnswerHead, headOf } from './head.ts';
import type { CompletionPlan } from './plan.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Translates the answer of the chat call for one prompt, whole (`answer`) or event by event (`event`, then `end`).
 * Every choice that was asked for has to come and to finish: half an answer is a failure, never a short answer.
 */
export class CallTranslator {
  /** The last usage that the upstream reported. */
  usage: Usage | undefined;
  /** The upstream said `[DONE]`; what follows does not count. */
  done = false;
  /** Who answered, from the first chunk that held a piece of the answer. */
  head: AnswerHead | undefined;

  /** Every choice has its finish reason: at most a usage follows. */
  get said(): boolean {
    return this.#choices.every(({ finished }) => finished);
  }

  readonly #choices: readonly ChoiceTranslator[];
  readonly #secrets: readonly string[];
  readonly #repeated = new RepeatedChunk();
  /** Which choice the repeated chunk is of. */
  #repeatedChoice: ChoiceTranslator | undefined;

  /** @param secrets what the upstream's errors may quote and must be redacted. */
  constructor(plan: CompletionPlan, promptIndex: number, secrets: readonly string[]) {
    this.#secrets = secrets;
    this.#choices = Array.from(
      { length: plan.n },
      (_, sample) => new ChoiceTranslator(plan, promptIndex, sample),
    );
  }

  /**
   * Translates a whole chat completion.
   * @param text the upstream's JSON text.
   * @throws {GatewayError} 502 for an error under a success status, or for what is no complete chat completion.
   */
  answer(text: string): ChoicePiece[] {
    const completion = parseWholeChat(text, this.#secrets);
    const pieces = this.#take(completion, completion.choices, true);
    this.done = true;
    return [...pieces, ...this.end()];
  }

  /**
   * Translates one event of a chat stream; most yield one piece, some none (a role, a thought, a usage).
   * @param data the event's data: a chunk as JSON text, or `[DONE]`.
   * @throws {GatewayError} 502 for an error event, or for data that is no JSON.
   */
  event(data: string): ChoicePiece[] {
    const text = data.trim();
    if (this.done || text === '') return [];
    if (text === DONE) {
      this.done = true;
      return [];
    }
    const repeated = this.#repeated.contentOf(text);
    if (repeated !== undefined && this.#repeatedChoice !== undefined) {
      return this.#repeatedChoice.take({ message: { content: repeated }, logprobs: null, finish: null });
    }
    const chunk = parseChat(text, this.#secrets);
    if (!isRecord(chunk)) return [];
    const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
    const pieces = this.#take(chunk, choices, false);
    if (plainContentOf(chunk)) {
      this.#repeated.learn(text);
      this.#repeatedChoice = this.#choices[choiceIndex(choices[0], 0)];
    }
    return pieces;
  }

  /**
   * The answer has ended. A choice that `[DONE]` left without a finish reason gets `stop`, as in a whole answer.
   * @throws {GatewayError} 502 when a choice never came or was cut.
   */
  end(): ChoicePiece[] {
    const open = this.#choices.filter(({ finished }) => !finished);
    const neverCame = open.filter(({ begun }) => !begun).length;
    if (neverCame > 0) {
      const asked = this.#choices.length;
      throw neverCame === open.length && neverCame < asked ? fewerChoices(asked) : cutAnswer();
    }
    if (open.length > 0 && !this.done) throw cutAnswer();
    return open.flatMap((choice) => choice.take({ message: {}, logprobs: null, finish: 'stop' }));
  }

  #take(chunk: Json, choices: readonly unknown[], whole: boolean): ChoicePiece[] {
    this.usage = wholeUsage(chunk['usage']) ?? this.usage;
    const pieces = choices.flatMap((choice, position) => {
      if (!isRecord(choice)) return [];
      const finish = finishReasonOf(finishOf(choice, this.#secrets));
      const message = partOf(choice);
      // Azure reports its content filter in chunks of their own, which hold no part of the answer.
      if (!isRecord(message) && finish === null) return [];
      const translator = this.#choices[choiceIndex(choice, position)];
      if (translator === undefined) throw unusableAnswer('more choices than were asked for');
      return translator.take({
        message,
        logprobs: choice['logprobs'],
        finish: finish ?? (whole ? 'stop' : null),
      });
    });
    if (pieces.length > 0) this.head ??= headOf(chunk);
    return pieces;
  }
}

function choiceIndex(choice: unknown, position: number): number {
  return (isRecord(choice) ? numberOf(choice['index']) : undefined) ?? position;
}

/** Some upstreams ignore `n`. Clients read the choices by their position, so a gap would mix up the prompts. */
function fewerChoices(n: number): GatewayError {
  return upstreamFailure(
    `The upstream sent fewer choices than the ${n} that were asked for. It may not support 'n': ask once for each choice.`,
    { param: 'n' },
  );
}
