/** The data of the events in an upstream's stream, whatever pieces its bytes come in. */
import { createParser } from 'eventsource-parser';
import { answerTooLarge } from '../http/upstream-failure.ts';

/** One event that is longer than this is no answer of a model, in characters. */
const EVENT_MAX_CHARS = 16 * 1024 * 1024;

/**
 * Parses a server-sent event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html): line ends of any
 * kind, data over several lines, a BOM, characters split between two reads.
 */
export class EventData {
  readonly #decoder = new TextDecoder();
  #data: string[] = [];
  #overflown = false;
  readonly #parser = createParser({
    onEvent: ({ data }) => {
      this.#data.push(data);
    },
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') this.#overflown = true;
    },
    maxBufferSize: EVENT_MAX_CHARS,
  });

  /**
   * The data of the events that these bytes complete.
   * @throws {GatewayError} 502 once an event has grown beyond any use.
   */
  feed(bytes: Uint8Array): string[] {
    return this.#parse(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The stream has ended: an event that lacks its blank line counts too. */
  end(): string[] {
    return this.#parse(`${this.#decoder.decode()}\n\n`);
  }

  #parse(text: string): string[] {
    if (this.#overflown) throw answerTooLarge();
    this.#parser.feed(text);
    const data = this.#data;
    this.#data = [];
    return data;
  }
}
