/** The one reader and the one writer of event streams. The reader holds no event without a bound. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** One event that is longer than this is no answer of a model, in characters. */
const EVENT_MAX_CHARS = 16 * 1024 * 1024;

/** The data of the event that ends a stream of completion chunks. */
export const DONE = '[DONE]';

/** What a reader may be told beside the events. */
export interface EventReaderOptions {
  /** Gets the text of each comment. */
  readonly onComment?: (comment: string) => void;
}

/**
 * Parses a server-sent event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html): line ends of any
 * kind, data over several lines, a BOM, characters split between two reads.
 */
export class EventReader {
  /** An event grew beyond any use: it and what follows are lost. */
  overflowed = false;

  readonly #decoder = new TextDecoder();
  readonly #parser;
  #events: EventSourceMessage[] = [];

  constructor(options: EventReaderOptions = {}) {
    this.#parser = createParser({
      ...options,
      onEvent: (event) => {
        this.#events.push(event);
      },
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') this.overflowed = true;
      },
      maxBufferSize: EVENT_MAX_CHARS,
    });
    // The parser drops a BOM from the first text that it is fed. The decoder has dropped the stream's own by then, and
    // the first text need not be the stream's beginning: a caller may have passed over events.
    this.#parser.feed('\n');
  }

  /** The events that these bytes complete. */
  feed(bytes: Uint8Array): readonly EventSourceMessage[] {
    return this.feedText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The events that this text completes, where the bytes were decoded already and the stream's BOM dropped. */
  feedText(text: string): readonly EventSourceMessage[] {
    if (!this.overflowed) this.#parser.feed(text);
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** The stream has ended: an event that lacks its blank line counts too. */
  end(): readonly EventSourceMessage[] {
    return this.feedText(`${this.#decoder.decode()}\n\n`);
  }
}

/** The events of a text that holds a whole stream. */
export function eventsOf(text: string): readonly EventSourceMessage[] {
  const reader = new EventReader();
  return [...reader.feedText(text.replace(/^\uFEFF/, '')), ...reader.end()];
}

/**
 * One server-sent event as text, its blank line included. Data of several lines becomes several fields.
 * @param name what stands in its `event:` line; without one the line is left out.
 */
export function eventText(data: string, name?: string): string {
  const fields = data.includes('\n') ? data.replace(/^/gm, 'data: ') : `data: ${data}`;
  return name === undefined ? `${fields}\n\n` : `event: ${name}\n${fields}\n\n`;
}

/** The event that ends a whole stream of completion chunks. */
export const DONE_EVENT = eventText(DONE);
