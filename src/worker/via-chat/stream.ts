/** A translated answer as an event stream: the events of all chat calls, interleaved as they come. */

import type { Usage } from '../completions/usage.ts';
import { asGatewayError, CLIENT_CLOSED, type GatewayError } from '../http/errors.ts';
import { parseJson } from '../http/json/read.ts';
import { redact } from '../http/redact.ts';
import { isCut, reportedError, streamCut } from '../http/upstream-failure.ts';
import { EventOutput } from '../stream/output.ts';
import { readText } from '../stream/read.ts';
import { type BatchOptions, readBatches } from './batches.ts';
import type { ChatAnswer, ChatCalls } from './chat-call.ts';
import { runCalls } from './run-calls.ts';

/** Translates the events of one chat call. */
export interface StreamTranslator {
  /** The call has said its last word; what follows does not count. */
  readonly done: boolean;
  /** The finish reasons have come, and at most a usage follows. */
  readonly said: boolean;
  /** The last usage that the upstream reported. */
  readonly usage: Usage | undefined;
  /**
   * The client's events for one event of the call, often none.
   * @param data a chunk as JSON text, or `[DONE]`.
   * @throws {GatewayError} 502 for an error event, or for data that is no JSON.
   */
  event(data: string): string;
  /**
   * The client's events for the end of the call.
   * @throws {GatewayError} 502 for a call that was cut.
   */
  end(): string;
}

/** The client's stream, around what the calls say. */
export interface StreamForm {
  /** What the client's answer begins with, before any event; undefined where it begins with the first event. */
  readonly opening?: () => string;
  /** What keeps a silent connection open. */
  readonly heartbeat: () => string;
  /** How long the client may hear nothing, in milliseconds. */
  readonly heartbeatMs: number;
  /** The end of a stream whose calls have all come to theirs. */
  readonly closing: (usages: readonly (Usage | undefined)[]) => string;
  /** The end of a stream that failed after it had begun. */
  readonly failure: (error: GatewayError) => string;
}

/** What is streamed. */
export interface StreamWork extends ChatCalls {
  readonly translators: readonly StreamTranslator[];
  /** The body of a call, made when it starts: bodies can be large. */
  readonly bodyOf: (index: number) => string;
  readonly form: StreamForm;
}

/**
 * Makes the calls and streams their answers. Until the client's answer has begun, every refusal and failure keeps a
 * status of its own. A later one ends the stream as the form says; the other calls stop.
 * @returns the event stream with the headers of the call that began first, or the first refusal as it is.
 * @throws {GatewayError} 502 for an answer that cannot be translated, and what `call` throws.
 */
export function streamCalls(work: StreamWork): Promise<Response> {
  const { translators, form, clientGone, stopped, outOfTime, secrets, onEnd } = work;
  const output = new EventOutput(form.heartbeat, form.heartbeatMs);
  const answer = Promise.withResolvers<Response>();
  const usages = () => translators.map(({ usage }) => usage);
  const halt = new AbortController();
  /** Why the gateway itself ended the answer. */
  let halted: GatewayError | undefined;
  let begun = false;

  const haltWith = (why: GatewayError): void => {
    halted ??= why;
    halt.abort();
  };
  stopped?.addEventListener('abort', () => haltWith(streamCut()));
  outOfTime?.then(haltWith);

  const begin = (headers: Headers): void => {
    if (begun) return;
    begun = true;
    output.begin();
    answer.resolve(new Response(output.readable, { headers }));
  };

  const relay = async (
    translator: StreamTranslator,
    chat: ChatAnswer,
    signal: AbortSignal,
  ): Promise<void> => {
    const { headers } = chat.response;
    if (form.opening !== undefined) {
      const first = !begun;
      begin(headers);
      if (first) await output.write(form.opening());
    }
    const reading: BatchOptions = { idleMs: work.idleMs, isSaid: () => translator.said, signal };
    await readBatches(chat, reading, async (batch) => {
      let text = '';
      try {
        for (const { data } of batch) {
          text += translator.event(data);
          if (!translator.done) begin(headers);
        }
      } finally {
        // What came before a failure is still the client's.
        if (begun) await output.write(redact(text, secrets));
      }
      return !translator.done;
    });
    await output.write(redact(translator.end(), secrets));
  };

  const runAll = async (): Promise<void> => {
    const stop = AbortSignal.any([clientGone, output.clientLeft, halt.signal]);
    const refusal = await runCalls(translators.length, stop, async (index, signal) => {
      const chat = await work.call(work.bodyOf(index), signal);
      const translator = translators[index];
      if (!chat.response.ok || translator === undefined) return chat.response;
      await relay(translator, chat, signal);
      return undefined;
    });
    if (refusal === undefined) {
      await output.end(redact(form.closing(usages()), secrets));
      onEnd(output.clientLeft.aborted ? 'client_left' : 'whole', usages());
      return;
    }
    if (begun) throw await refusalError(refusal, secrets);
    onEnd('refused', usages());
    answer.resolve(refusal);
  };

  runAll().catch(async (error: unknown) => {
    if (!begun) return answer.reject(error);
    const isStopped = halted?.status === CLIENT_CLOSED;
    const left = output.clientLeft.aborted || clientGone.aborted || isStopped;
    await output.end(form.failure(halted ?? (isCut(error) ? streamCut() : asGatewayError(error))));
    onEnd(left || output.clientLeft.aborted ? 'client_left' : 'failed', usages());
  });
  return answer.promise;
}

/** A refusal is words for people; of a longer one the beginning is no JSON and says nothing. */
const REFUSAL_LIMIT_BYTES = 256 * 1024;

/** A refusal that came when the client's answer had begun: its own words, without its status. */
async function refusalError(refusal: Response, secrets: readonly string[]): Promise<GatewayError> {
  const { text } = await readText(refusal.body, REFUSAL_LIMIT_BYTES);
  return reportedError(parseJson(text), secrets);
}
