/** A model's event stream with the sources of its answer put before its end: read, watched and written in one pass. */

import type { GatewayError } from '../http/errors.ts';
import { EventReader, eventText } from '../http/events.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { redact } from '../http/redact.ts';
import { cutAnswer } from '../http/upstream-failure.ts';
import { endFor, finalBytes, verdict } from '../stream/relay.ts';
import type { StreamEnd, StreamState } from '../stream/watch.ts';
import { within } from '../stream/within.ts';
import { secretsOf } from '../upstream/call.ts';
import { type PassStream, streamHeaders } from '../upstream/pass-on.ts';
import type { SourceList } from './sources.ts';

/** What a choice has said so far is kept for its citations, up to this many characters. */
const LONGEST_ANSWER = 200_000;

/** Passes a stream on with each choice's sources behind its text. A stream that is cut ends in an error event. */
export function passCited(sources: SourceList): PassStream {
  const pass: PassStream['pass'] = ({ response, readAhead }, state, context) => {
    if (response.body === null) throw cutAnswer();
    const { readable, writable } = new IdentityTransformStream();
    const ended = pump(response.body, writable, {
      state,
      readAhead,
      events: new CitedEvents(sources, secretsOf(context)),
      idleMs: context.upstream.idleMs,
      clientGone: context.clientGone(),
      stopped: context.account.stopped,
      outOfTime: context.outOfTime,
    });
    context.waitUntil(context.account.running(ended));
    context.waitUntil(
      ended.then((end) => context.account.close({ end, usage: state.usage, events: state.events })),
    );
    return new Response(readable, {
      status: response.status,
      headers: streamHeaders(response.headers, context),
    });
  };
  // A stream that is changed on its way has no use for a head before its first event.
  return { takesLate: false, pass };
}

/** The events of a stream that is whole already, with the sources in them. */
export function citedText(events: string, sources: SourceList, secrets: readonly string[]): string {
  const cited = new CitedEvents(sources, secrets);
  cited.complete(events);
  return cited.take();
}

interface PumpOptions {
  readonly state: StreamState;
  readonly readAhead: readonly Uint8Array[];
  readonly events: CitedEvents;
  /** Silence in milliseconds after which the upstream counts as dead; 0 for never. */
  readonly idleMs: number;
  /** Aborts when the client leaves, as far as the platform tells. */
  readonly clientGone: AbortSignal;
  /** Aborts when the answer is to end for a reason of ours. */
  readonly stopped: AbortSignal | undefined;
  /** Resolves when the answer gets no more time, with what its reader is told. */
  readonly outOfTime: Promise<GatewayError> | undefined;
}

async function pump(
  body: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  { state, readAhead, events, idleMs, clientGone, stopped, outOfTime }: PumpOptions,
): Promise<StreamEnd> {
  const reader = body.getReader();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  let upstreamEnd: 'ended' | 'broken' | 'idle' = 'ended';
  let told: GatewayError | undefined;
  // A read under way ends then, and with it the loop.
  const stopReading = () => void reader.cancel().catch(() => undefined);
  clientGone.addEventListener('abort', stopReading);
  stopped?.addEventListener('abort', stopReading);
  outOfTime?.then((words) => {
    told = words;
    stopReading();
  });
  try {
    for (const bytes of readAhead) {
      state.feed(bytes);
      events.feed(bytes);
    }
    for (;;) {
      const text = events.take();
      if (text !== '') await writer.write(encoder.encode(text));
      const read = await readWithin(reader, idleMs);
      if (typeof read === 'string') {
        upstreamEnd = read;
        break;
      }
      state.feed(read);
      events.feed(read);
    }
    if (clientGone.aborted) throw new Error('The client has left.');
    if (upstreamEnd === 'idle') await reader.cancel();
    if (stopped?.aborted) upstreamEnd = 'broken';
    state.end();
    events.complete(state.missing);
    const halted = told !== undefined ? 'stopped' : upstreamEnd === 'idle' ? 'idle' : undefined;
    const end = verdict(upstreamEnd === 'ended' ? 'ended' : 'broken', 'ended', halted, state);
    const last = end === 'cut' || end === 'idle' || end === 'stopped' ? finalBytes(end, state, told) : '';
    await writer.write(encoder.encode(events.take() + last));
    await writer.close();
    return endFor(end, told);
  } catch {
    // The client has left, so the upstream is stopped.
    await reader.cancel().catch(() => undefined);
    return state.whole ? 'whole' : 'client_left';
  }
}

/** The next bytes, or how the stream ended. */
async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  idleMs: number,
): Promise<Uint8Array | 'ended' | 'broken' | 'idle'> {
  const next = reader.read().then(
    ({ done, value }) => (done ? 'ended' : value),
    () => 'broken' as const,
  );
  return idleMs === 0 ? next : within(next, idleMs, 'idle');
}

class CitedEvents {
  #out = '';
  readonly #answers = new Map<unknown, string>();
  readonly #sources: SourceList;
  /** What the model's answer may quote and must be redacted. */
  readonly #secrets: readonly string[];
  readonly #reader = new EventReader({
    onComment: (comment) => {
      this.#out += `: ${comment}\n\n`;
    },
  });

  constructor(sources: SourceList, secrets: readonly string[]) {
    this.#sources = sources;
    this.#secrets = secrets;
  }

  feed(bytes: Uint8Array): void {
    for (const { data } of this.#reader.feed(bytes)) this.#pass(data);
  }

  /** @param text the rest of the stream, or what its last event lacks. */
  complete(text: string): void {
    for (const { data } of this.#reader.feedText(text)) this.#pass(data);
  }

  /** What may be sent on by now. */
  take(): string {
    const out = redact(this.#out, this.#secrets);
    this.#out = '';
    return out;
  }

  #pass(data: string): void {
    const chunk = parseJson(data);
    if (isRecord(chunk) && Array.isArray(chunk['choices'])) {
      const choices = chunk['choices'].filter(isRecord);
      const closing = choices.map((choice) => this.#follow(choice)).filter((choice) => choice !== undefined);
      if (closing.length > 0) {
        const finished = choices.map((choice) => ({ ...choice, finish_reason: null }));
        if (choices.some(({ delta }) => isRecord(delta) && delta['content'])) {
          this.#send({ ...chunk, choices: finished });
        }
        this.#send({ ...chunk, choices: closing });
        this.#send({ ...chunk, choices: choices.map((choice) => ({ ...choice, delta: {} })) });
        return;
      }
    }
    this.#out += eventText(data);
  }

  /** Keeps what a choice says; returns the choice that adds its sources, when it is over and cites any. */
  #follow(choice: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
    const { index, delta, finish_reason: finish } = choice;
    const before = this.#answers.get(index) ?? '';
    const content = isRecord(delta) && typeof delta['content'] === 'string' ? delta['content'] : '';
    const answer = before.length < LONGEST_ANSWER ? before + content : before;
    this.#answers.set(index, answer);
    if (finish !== 'stop' && finish !== 'length') return undefined;
    const sources = this.#sources(answer);
    return sources === '' ? undefined : { index, delta: { content: sources }, finish_reason: null };
  }

  #send(chunk: object): void {
    this.#out += eventText(JSON.stringify(chunk));
  }
}
