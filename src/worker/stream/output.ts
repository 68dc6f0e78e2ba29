/** The client's end of a stream that the gateway writes. */

const encoder = new TextEncoder();

/** The runtime's own passes bytes outside JavaScript, which takes a fifth off what a translated stream costs; Node has none. */
const PassThrough: typeof TransformStream =
  Reflect.get(globalThis, 'IdentityTransformStream') ?? TransformStream;

/** Writes text to the client as it can take it, and a heartbeat where nothing else comes for too long. */
export class EventOutput {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #left = new AbortController();
  readonly #heartbeat: () => string;
  readonly #heartbeatMs: number;
  #wroteAt = 0;
  #isWriting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Clients and proxies give up on a connection that is silent for a minute or so, while a model thinks.
   * @param heartbeat makes the text that keeps it open.
   * @param heartbeatMs the longest silence, in milliseconds.
   */
  constructor(heartbeat: () => string, heartbeatMs: number) {
    this.#heartbeat = heartbeat;
    this.#heartbeatMs = heartbeatMs;
    const { readable, writable } = new PassThrough<Uint8Array, Uint8Array>();
    this.readable = readable;
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => this.#leave());
  }

  /** Aborts when the client no longer reads. */
  get clientLeft(): AbortSignal {
    return this.#left.signal;
  }

  /** The client has its head: from now on silence is noticed. */
  begin(): void {
    this.#wroteAt = Date.now();
    this.#watch(this.#heartbeatMs);
  }

  /**
   * Resolves when the client has taken the text; an empty one is nothing to take.
   * @throws when the client has left.
   */
  async write(text: string): Promise<void> {
    if (text === '') return;
    this.#isWriting = true;
    await this.#writer.write(encoder.encode(text));
    this.#isWriting = false;
    this.#wroteAt = Date.now();
  }

  /** The last text, and the end. The client may have left. */
  async end(text: string): Promise<void> {
    this.#unwatch();
    try {
      if (text !== '') await this.#writer.write(encoder.encode(text));
      await this.#writer.close();
    } catch {
      this.#leave();
    }
  }

  #leave(): void {
    this.#unwatch();
    this.#left.abort();
  }

  #unwatch(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  /** One timer for the whole stream, set anew only when it fires: to set one at each write would cost more than the write. */
  #watch(ms: number): void {
    this.#timer = setTimeout(() => {
      const silentMs = this.#isWriting ? 0 : Date.now() - this.#wroteAt;
      if (silentMs < this.#heartbeatMs) return this.#watch(this.#heartbeatMs - silentMs);
      this.write(this.#heartbeat()).catch(() => this.#leave());
      this.#watch(this.#heartbeatMs);
    }, ms);
  }
}
