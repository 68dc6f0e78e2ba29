/** A translated completion as an event stream: the events of all chat calls, interleaved as they come. */

import { sumUsage, type Usage } from '../completions/usage.ts';
import { asGatewayError, errorEnvelope, GatewayError } from '../http/errors.ts';
import { DONE_EVENT, EventReader, eventText } from '../http/events.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { redact } from '../http/log.ts';
import { answerTooLarge, cutAnswer, reportedError } from '../http/upstream-failure.ts';
import { EventOutput } from '../stream/output.ts';
import { readText } from '../stream/read.ts';
import type { CallEnd } from '../upstream/account.ts';
import { CallTranslator } from './call.ts';
import type { ChoicePiece } from './choice.ts';
import { type AnswerHead, legacyHead, type OwnHead } from './head.ts';
import { type ChatCall, type CompletionPlan, chatBody } from './plan.ts';
import { runCalls } from './run-calls.ts';

/**
 * Makes the calls of a plan and streams their answers. The client's answer begins with the first chunk of the first
 * call that sends one: until then every refusal and failure keeps a status of its own. A later one becomes an error
 * event; the other calls stop, and no `[DONE]` follows.
 * @param secrets what the upstream's answers may quote and must be redacted.
 * @returns the event stream with the headers of the call that began first, or the first refusal as it is.
 * @throws {GatewayError} 502 for an answer that cannot be translated, and what `call` throws.
 */
export function streamText(
  plan: CompletionPlan,
  call: ChatCall,
  clientGone: AbortSignal,
  own: OwnHead,
  secrets: readonly string[],
  onEnd: OnEnd,
): Promise<Response> {
  const output = new EventOutput();
  const events = new TextEvents(plan, own);
  const translators = plan.prompts.map((_, index) => new CallTranslator(plan, index, secrets));
  const answer = Promise.withResolvers<Response>();
  let begun = false;

  const begin = (headers: Headers): void => {
    if (begun) return;
    begun = true;
    answer.resolve(new Response(output.readable, { headers }));
  };

  const relay = async (translator: CallTranslator, chat: Response): Promise<void> => {
    for await (const batch of eventBatches(chat)) {
      let text = '';
      try {
        for (const data of batch) {
          text += events.pieces(translator.event(data), translator.head);
          if (!translator.done) begin(chat.headers);
        }
      } finally {
        // What came before a failure is still the client's.
        if (begun) await output.write(redact(text, secrets));
      }
      if (translator.done) break;
    }
    await output.write(redact(events.pieces(translator.end(), translator.head), secrets));
  };

  const runAll = async (): Promise<void> => {
    const stop = AbortSignal.any([clientGone, output.clientLeft]);
    const refusal = await runCalls(plan.prompts.length, stop, async (index, signal) => {
      const chat = await call(chatBody(plan, index), signal);
      const translator = translators[index];
      if (!chat.ok || translator === undefined) return chat;
      await relay(translator, chat);
      return undefined;
    });
    const usages = translators.map(({ usage }) => usage);
    if (refusal === undefined) {
      await output.end(events.end(usages));
      onEnd(output.clientLeft.aborted ? 'client_left' : 'whole', usages);
      return;
    }
    if (begun) throw await refusalError(refusal, secrets);
    onEnd('refused', usages);
    answer.resolve(refusal);
  };

  runAll().catch(async (error: unknown) => {
    if (!begun) return answer.reject(error);
    await output.end(eventText(errorEnvelope(asGatewayError(error).fields)));
    onEnd(
      output.clientLeft.aborted || clientGone.aborted ? 'client_left' : 'failed',
      translators.map(({ usage }) => usage),
    );
  });
  return answer.promise;
}

/** Told once how the answer ended, and what each call used; not where `streamText` or `completeText` throws. */
export type OnEnd = (end: CallEnd, usages: readonly (Usage | undefined)[]) => void;

/** The data of the events of an answer, as many at a time as one read completes. */
async function* eventBatches(chat: Response): AsyncGenerator<string[]> {
  const events = new EventReader();
  try {
    for await (const bytes of chat.body ?? []) {
      yield events.feed(bytes).map(({ data }) => data);
      if (events.overflowed) throw answerTooLarge();
    }
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : cutAnswer();
  }
  yield events.end().map(({ data }) => data);
}

/** A refusal is words for people; of a longer one the beginning is no JSON and says nothing. */
const REFUSAL_LIMIT_BYTES = 256 * 1024;

/** A refusal that came when the client's answer had begun: its own words, without its status. */
async function refusalError(refusal: Response, secrets: readonly string[]): Promise<GatewayError> {
  const { text } = await readText(refusal.body, REFUSAL_LIMIT_BYTES);
  const body = parseJson(text);
  return reportedError(isRecord(body) ? body['error'] : undefined, secrets);
}

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
      .map((piece) => eventText(`{${this.#headText(head)},"choices":[${JSON.stringify(piece)}]${usage}}`))
      .join('');
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
