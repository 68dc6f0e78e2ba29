/** What one reader has had of a stream over all its visits, beside what it must get. */
import { Mistake } from './mistake.ts';

/** What became of a stream for its readers. */
export type Fate = 'whole' | 'cut' | 'unanswered';

/** What one reader has had of a stream over all its visits. */
export class Reader {
  readonly #expected: Buffer;
  #bytes = Buffer.alloc(0);
  #isEnded = false;

  constructor(expected: Buffer) {
    this.#expected = expected;
  }

  get length(): number {
    return this.#bytes.length;
  }

  get isOver(): boolean {
    return this.#isEnded;
  }

  /** Reads to the end, or until so many bytes more have come. @returns whether the stream has ended. */
  async read(answer: Response, most: number): Promise<boolean> {
    let left = most;
    if (answer.body === null) throw new Mistake('An answer has no body.');
    for await (const part of answer.body) {
      this.#bytes = Buffer.concat([this.#bytes, part]);
      left -= part.length;
      if (left <= 0 && !this.#isComplete() && !this.#isTold) return false;
    }
    // A killed runtime breaks the connection, which throws: a clean end is the stream's own.
    this.#isEnded = true;
    return true;
  }

  /** The word that the answer was cut is no part of it, and the last that is said. */
  get #isTold(): boolean {
    return this.#bytes.includes('\n\ndata: {"error"');
  }

  #isComplete(): boolean {
    return this.#bytes.length >= this.#expected.length;
  }

  /** @throws where the bytes are not the upstream's, up to the word that they were cut. */
  fate(number: number): Fate {
    if (this.#bytes.equals(this.#expected)) return 'whole';
    const at = this.#bytes.lastIndexOf('\n\ndata: {"error"');
    const [bytes, words] = [this.#bytes.subarray(0, at), this.#bytes.subarray(at).toString()];
    const isCut = at >= 0 && /"code":"upstream_stream_cut"\}\}\n\n$/.test(words);
    if (isCut && bytes.equals(this.#expected.subarray(0, at)) && !words.includes('[DONE]')) return 'cut';
    throw new Mistake(
      `Stream ${number} has other bytes than the upstream sent: ${this.#bytes.length} of ${this.#expected.length}.`,
    );
  }
}
