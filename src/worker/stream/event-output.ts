/** The client's end of a translated stream. */

/**
 * While a model thinks, chat sends events that have no legacy form. A comment then tells clients and proxies, which
 * give up on a silent connection after a minute or so, that the answer is alive.
 */
const SIGN_OF_LIFE_MS = 10_000;

/** Comments are the one kind of keep-alive that every client takes. */
const SIGN_OF_LIFE = ':\n\n';

const encoder = new TextEncoder();

/** Writes text to the client as it can take it. */
export class EventOutput {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #left = new AbortController();
  #wroteAt = Date.now();

  constructor() {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.readable = readable;
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => this.#left.abort());
  }

  /** Aborts when the client no longer reads. */
  get clientLeft(): AbortSignal {
    return this.#left.signal;
  }

  /**
   * Resolves when the client has taken the text. An empty one becomes a sign of life if the last write is long past.
   * @throws when the client has left.
   */
  async write(text: string): Promise<void> {
    if (text === '' && Date.now() - this.#wroteAt < SIGN_OF_LIFE_MS) return;
    await this.#writer.write(encoder.encode(text || SIGN_OF_LIFE));
    this.#wroteAt = Date.now();
  }

  /** The last text, and the end. Nobody may be there to read it any more. */
  async end(text: string): Promise<void> {
    try {
      await this.#writer.write(encoder.encode(text));
      await this.#writer.close();
    } catch {
      this.#left.abort();
    }
  }
}
