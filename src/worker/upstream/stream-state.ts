/** What every kind of event stream has in common, seen from beside it. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { ErrorFields } from '../errors.ts';
import type { TokenUsage } from './usage.ts';

/** Follows a stream while its bytes pass by; a subclass knows what its events mean. */
export abstract class StreamState {
  /** Events seen. */
  events = 0;
  /** The upstream reported an error in the stream itself. */
  failed = false;
  /** The last usage that the upstream reported. */
  usage: TokenUsage | undefined;
  /** The last event had not been closed by a blank line when the stream ended. */
  openEnded = false;

  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    onEvent: (event) => {
      this.events += 1;
      this.see(event);
    },
  });

  /** Takes the next bytes, cut anywhere. */
  feed(bytes: Uint8Array): void {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The stream has ended: an event without its blank line is looked at too. */
  end(): void {
    const before = this.events;
    this.#parser.feed('\n\n');
    this.openEnded = this.events > before;
  }

  /** Whether the stream has come to its proper end, as its events tell. */
  abstract get whole(): boolean;

  /** Whether such a stream may end without telling, so that an unbroken one counts as whole. */
  get endsSilently(): boolean {
    return false;
  }

  /** An error as an event that this stream's clients raise. */
  abstract errorEvent(error: ErrorFields): string;

  protected abstract see(event: EventSourceMessage): void;
}
