/** Reads an answer's bytes as they come, over one connection or several. */
import { createParser } from 'eventsource-parser';
import { type Answer, NO_ANSWER, settled, withChunk } from './answer.ts';
import type { Ending } from './converse.ts';
import { midStreamFailure } from './failure.ts';
import { parse, record, text } from './json.ts';

/** The answer so far, and the place of its next byte. Half an event waits for its other half, wherever that comes from. */
export class AnswerReader {
  /** How many bytes have arrived. */
  bytes = 0;
  /** An answer's head has arrived. */
  isBegun = false;
  #answer: Answer = NO_ANSWER;
  #ending: Ending | null = null;
  #requestId: string | null = null;
  readonly #key: string | null;
  readonly #grown: (answer: Answer) => void;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: ({ data }) => this.#take(data) });

  /** @param key the reader's key, which no message may show. */
  constructor(key: string | null, grown: (answer: Answer) => void) {
    this.#key = key;
    this.#grown = grown;
  }

  /** Whether the answer has said why it is over. */
  get isFinished(): boolean {
    return this.#answer.finish !== null;
  }

  /**
   * Reads a response to its end.
   * @returns how the answer ended; null where the connection did without saying so.
   * @throws where the connection breaks.
   */
  async read(response: Response): Promise<Ending | null> {
    this.isBegun = true;
    this.#requestId = response.headers.get('x-request-id');
    if (/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
      // A server that does not stream answers in one piece.
      this.#take(await response.text());
      return this.#ending ?? { type: this.isFinished ? 'whole' : 'interrupted' };
    }
    const reader = response.body?.getReader();
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      this.bytes += next.value.length;
      this.#parser.feed(this.#decoder.decode(next.value, { stream: true }));
      if (this.#ending) {
        void reader?.cancel();
        return this.#ending;
      }
    }
    return null;
  }

  /** Nothing more will come. */
  end(ending: Ending): Ending {
    const final = settled(this.#answer);
    if (final !== this.#answer) this.#grown(final);
    return ending;
  }

  #take(data: string): void {
    if (this.#ending) return;
    if (data.trim() === '[DONE]') {
      this.#ending = { type: 'whole' };
      return;
    }
    const chunk = parse(data);
    const error = record(chunk)['error'];
    if (error) {
      this.#ending = endingOf(error, this.#requestId, this.#key);
      return;
    }
    this.#answer = withChunk(this.#answer, chunk);
    this.#grown(this.#answer);
  }
}

/** An error event: somebody stopped the answer, nobody read it for too long, or it failed. */
function endingOf(error: unknown, requestId: string | null, key: string | null): Ending {
  const code = text(record(error)['code']);
  if (code === 'stream_stopped') return { type: 'stopped' };
  if (code === 'stream_abandoned') return { type: 'interrupted' };
  return { type: 'failed', failure: midStreamFailure(error, requestId, key) };
}
