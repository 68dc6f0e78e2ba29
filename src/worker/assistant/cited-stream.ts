/** A relayed event stream with its sources put before its end, opened only once the model's first word has come. */
import { createParser } from 'eventsource-parser';
import { isRecord, parseJson } from '../http/json/read.ts';
import type { SourceList } from './sources.ts';

/** A stream that has begun to answer, or why it never did. */
export type OpenedStream =
  | { readonly kind: 'open'; readonly body: ReadableStream<Uint8Array>; readonly done: Promise<void> }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a choice has said so far is kept for its citations, up to this many characters. */
const LONGEST_ANSWER = 200_000;

/**
 * Reads until the model's first word (text, reasoning, refusal, tool call or finish reason), then hands the stream on.
 * What goes wrong later, the relay has already put into the stream as an error event.
 */
export async function openCitedStream(
  body: ReadableStream<Uint8Array>,
  sources: SourceList,
): Promise<OpenedStream> {
  const reader = body.getReader();
  const events = new CitedEvents(sources);
  try {
    while (!events.begun && events.failure === undefined) {
      const { done, value } = await reader.read();
      if (done) return { kind: 'failed', reason: 'an empty answer' };
      events.feed(value);
    }
  } catch {
    return { kind: 'failed', reason: 'the connection broke' };
  }
  if (!events.begun) {
    void reader.cancel().catch(() => undefined);
    return { kind: 'failed', reason: events.failure ?? '' };
  }
  const { readable, writable } = new IdentityTransformStream();
  return { kind: 'open', body: readable, done: pump(reader, events, writable) };
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  events: CitedEvents,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  try {
    for (;;) {
      const text = events.take();
      if (text !== '') await writer.write(encoder.encode(text));
      const { done, value } = await reader.read();
      if (done) break;
      events.feed(value);
    }
    events.end();
    const rest = events.take();
    if (rest !== '') await writer.write(encoder.encode(rest));
    await writer.close();
  } catch (error) {
    // The client left, and the relay must stop the upstream; or the relay broke, and the client must not take it for an end.
    await Promise.allSettled([writer.abort(error), reader.cancel(error)]);
  }
}

class CitedEvents {
  /** Whether the model has said anything. */
  begun = false;
  /** What the upstream reported before that. */
  failure: string | undefined;
  #out = '';
  readonly #answers = new Map<unknown, string>();
  readonly #sources: SourceList;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    onEvent: ({ data }) => this.#read(data),
    onComment: (comment) => {
      this.#out += `: ${comment}\n\n`;
    },
  });

  constructor(sources: SourceList) {
    this.#sources = sources;
  }

  feed(bytes: Uint8Array): void {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last event may lack its blank line. */
  end(): void {
    this.#parser.feed('\n\n');
  }

  /** What may be sent on by now. */
  take(): string {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  #read(data: string): void {
    const chunk = parseJson(data);
    if (isRecord(chunk) && chunk['error']) {
      const error = chunk['error'];
      this.failure =
        isRecord(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
    } else if (isRecord(chunk) && Array.isArray(chunk['choices'])) {
      const choices = chunk['choices'].filter(isRecord);
      this.begun ||= choices.some(saysSomething);
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
    this.#out += `${data.replace(/^/gm, 'data: ')}\n\n`;
  }

  /** Keeps what a choice says; returns the choice that adds its sources, when it is over and cites any. */
  #follow(choice: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
    const { index, delta, finish_reason: finish } = choice;
    const said = this.#answers.get(index) ?? '';
    const content = isRecord(delta) && typeof delta['content'] === 'string' ? delta['content'] : '';
    const answer = said.length < LONGEST_ANSWER ? said + content : said;
    this.#answers.set(index, answer);
    if (finish !== 'stop' && finish !== 'length') return undefined;
    const sources = this.#sources(answer);
    return sources === '' ? undefined : { index, delta: { content: sources }, finish_reason: null };
  }

  #send(chunk: object): void {
    this.#out += `data: ${JSON.stringify(chunk)}\n\n`;
  }
}

function saysSomething({ delta, finish_reason: finish }: Readonly<Record<string, unknown>>): boolean {
  if (finish) return true;
  if (!isRecord(delta)) return false;
  const { role: _, ...rest } = delta;
  return Object.values(rest).some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
}
