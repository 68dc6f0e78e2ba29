/** What every kind of event stream has in common, seen from beside it. */
import type { EventSourceMessage } from 'eventsource-parser';
import type { TokenUsage } from '../completions/usage.ts';
import type { ErrorFields } from '../http/errors.ts';
import { DONE, EventReader, eventsOf } from '../http/events.ts';
import { errorUnderSuccess, mayBeError } from '../http/foreign-error.ts';
import { parseJson } from '../http/json/read.ts';

/** The most of an event, in characters, that is held to be skimmed. The parser keeps less of what is no event. */
const LONGEST_OPEN_EVENT = 64 * 1024;

/**
 * How a relayed stream ended. `whole`: with a finish reason or `[DONE]`. `cut`: the upstream broke off or ended early.
 * `failed`: the upstream reported an error itself. `idle`: it was silent for too long. `client_left`: the client closed the connection.
 * `stopped`: the server was told to stop.
 * `unseen`: too long to be looked at to its end; it ended without a broken connection.
 */
export type StreamEnd = 'whole' | 'cut' | 'failed' | 'idle' | 'client_left' | 'stopped' | 'unseen';

/** Follows a stream while its bytes pass by; a subclass knows what its events mean. */
export abstract class StreamState {
  /** Events seen. */
  events = 0;
  /** The upstream reported an error in the stream itself. */
  failed = false;
  /** Whether `contentBytes` is counted, which costs something. */
  countsContent = false;
  /** Bytes of the texts that the events hold: content, reasoning, calls of tools. */
  contentBytes = 0;
  /** The last usage that the upstream reported. */
  usage: TokenUsage | undefined;
  /** What the last event lacks where the stream ended: its blank line, or the rest of a `[DONE]` too. */
  missing = '';
  /** The stream ended inside an event: its JSON is lost. */
  lostEvent = false;

  #lastData = '';
  /** The last events that nobody has parsed. */
  #lastSkimmed = '';
  /** What no blank line closes yet, where events are skimmed. */
  #open = '';
  #openEndsLine = false;
  /** All is left to the parser: lines end in more than one way, or events hardly end at all. */
  #parsesAll = false;
  readonly #decoder = new TextDecoder();
  readonly #reader = new EventReader();

  /** Takes the next bytes, cut anywhere. */
  feed(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (this.countsContent) this.contentBytes += contentBytesOf(text);
    this.#parsesAll ||= text.includes('\r') || this.#open.length > LONGEST_OPEN_EVENT;
    if (this.#parsesAll) this.#parse(text);
    else this.#skim(text);
  }

  /** Parses only events of which a look at all of them together says that one may matter. */
  #skim(text: string): void {
    const end = endOfEvents(text, this.#openEndsLine);
    this.#openEndsLine = text.endsWith('\n');
    if (end === 0) {
      this.#open += text;
      return;
    }
    const events = this.#open + text.slice(0, end);
    this.#open = text.slice(end);
    const mayTell = this.mayTell(events);
    this.#lastSkimmed = mayTell ? '' : events;
    if (mayTell) this.#see(this.#reader.feedText(events));
  }

  #parse(text: string): void {
    const all = this.#open + text;
    this.#open = '';
    this.#see(this.#reader.feedText(all));
  }

  #see(events: readonly EventSourceMessage[]): void {
    for (const event of events) {
      this.events += 1;
      this.#lastData = event.data;
      this.see(event);
    }
    // What an event without bound held is unknown: an end is not read into what follows.
    if (this.#reader.overflowed) this.lostEvent = true;
  }

  /** The stream has ended: an event without its blank line is looked at too. */
  end(): void {
    const before = this.events;
    this.#parse('\n\n');
    if (this.events === before) return;
    const data = this.#lastData;
    if (this.saysDone && DONE.startsWith(data)) this.missing = `${DONE.slice(data.length)}\n\n`;
    else if (data !== DONE && /^\s*[{[]/.test(data) && parseJson(data) === undefined) this.lostEvent = true;
    // Clients drop a last event that no blank line closes, and one without data always.
    else if (data !== '') this.missing = '\n\n';
  }

  /** The error with which the stream ended, where it has a form that no client knows; undefined for none. */
  get foreignError(): unknown {
    const data = eventsOf(this.#lastSkimmed).at(-1)?.data ?? this.#lastData;
    return mayBeError(data) ? errorUnderSuccess(parseJson(data)) : undefined;
  }

  /**
   * Whether one of these events may matter, by a look at their text alone. To make an object of each would be most of
   * what watching a stream costs.
   */
  protected mayTell(_events: string): boolean {
    return true;
  }

  /**
   * Whether such a stream ends in `[DONE]`: an open `data:` is then the beginning of that, and clients fail on it as
   * it is.
   */
  get saysDone(): boolean {
    return false;
  }

  /** Whether the stream has come to its proper end, as its events tell. */
  abstract get whole(): boolean;

  /** Whether such a stream may end without telling, so that an unbroken one counts as whole. */
  get endsSilently(): boolean {
    return false;
  }

  /** Whether the answer is over and its usage may still come. */
  get awaitsUsage(): boolean {
    return false;
  }

  /** An error as an event that this stream's clients raise. */
  abstract errorEvent(error: ErrorFields): string;

  protected abstract see(event: EventSourceMessage): void;
}

/** An error behind bytes that may end in the middle of a line. */
export function errorWords(error: ErrorFields, state: StreamState): string {
  return `\n\n${state.errorEvent(error)}`;
}

/** The members of events that hold what a model has written. */
const CONTENT =
  /"(?:content|reasoning|reasoning_content|thinking|text|delta|arguments|refusal)"\s*:\s*"((?:[^"\\]|\\.)*)/g;
const ASCII = /^[\0-\x7f]*$/;

/** How many bytes of content a piece of a stream holds, never fewer than there are: escapes count as they stand. */
function contentBytesOf(text: string): number {
  let bytes = 0;
  for (const [, content = ''] of text.matchAll(CONTENT)) {
    bytes += ASCII.test(content) ? content.length : content.length * 3;
  }
  return bytes;
}

/**
 * Where the last blank line of a text ends, 0 if there is none.
 * @param behindLine the text stands behind the end of a line, so that a line feed at its front is a blank line.
 */
function endOfEvents(text: string, behindLine: boolean): number {
  const last = text.lastIndexOf('\n\n');
  if (last !== -1) return last + 2;
  return behindLine && text.startsWith('\n') ? 1 : 0;
}
