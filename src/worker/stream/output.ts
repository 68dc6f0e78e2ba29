/** The client's end of a stream that the gateway writes. */

/**
 * While a model thinks, chat sends events that have no legacy form. A comment keeps the connection open then: clients and
 * proxies give up on a silent one after a minute or so.
 */
const HEARTBEAT_MS = 10_000;

/** Comments are the one kind of keep-alive that every client takes. */
const HEARTBEAT = ':\n\n';

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
   * Resolves when the client has taken the text. An empty one becomes a heartbeat if the last write is long past.
   * @throws when the client has left.
   */
  async write(text: string): Promise<void> {
    if (text === '' && Date.now() - this.#wroteAt < HEARTBEAT_MS) return;
    await this.#writer.write(encoder.encode(text || HEARTBEAT));
    this.#wroteAt = Date.now();
  }

  /** The last text, and the end. The client may have left. */
  async end(text: string): Promise<void> {
    try {
      await this.#writer.write(encoder.encode(text));
      await this.#writer.close();
    } catch {
      this.#left.abort();
    }
  }
}
