/** A fake OpenAI-compatible upstream: exact bytes in, exact bytes out, and every way to misbehave, one script a request. */
import { createServer, type Socket } from 'node:net';
import { type MessageHead, type PeerEnd, PeerGoneError, readBody, readHead, SocketReader } from './wire.ts';

/** A request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** The request target, byte for byte. */
  readonly path: string;
  readonly head: MessageHead;
  /** The body without its framing. Empty until it has arrived whole (see {@link Exchange.whole}). */
  readonly body: Buffer;
}

/** How an answer's body is framed: chunked, until the connection closes, or with a content-length (which may lie). */
export type Framing = 'chunked' | 'close' | number;

/** One request and the answer to it. Every write resolves when the system took the bytes, or throws PeerGoneError. */
export interface Exchange {
  readonly request: RecordedRequest;
  /** Resolves when the request's body has arrived; false if it was cut. */
  readonly whole: Promise<boolean>;
  /** Resolves when the gateway closes or resets the connection, or the script ends it first. */
  readonly gone: Promise<PeerEnd>;
  /** Events written so far. */
  readonly eventsWritten: number;
  /** Raw bytes, outside any framing. */
  raw(bytes: string | Uint8Array): Promise<void>;
  /** Status line and headers, in their order and spelling; `connection: close` is added. */
  head(status: number, headers: Readonly<Record<string, string>>, framing?: Framing): Promise<void>;
  /** Body bytes in one write, framed as the head said. */
  body(bytes: string | Uint8Array): Promise<void>;
  /** Body bytes, one byte a write. */
  bodyByByte(bytes: string | Uint8Array): Promise<void>;
  /** One server-sent event in one write: `data: `, the payload, a blank line. */
  event(payload: string): Promise<void>;
  /** Ends the body as the framing demands, and the connection. */
  end(): Promise<void>;
  /** Ends the connection politely (FIN) although the body is not over. */
  cut(): void;
  /** Breaks the connection (RST). */
  reset(): void;
}

/** What to do with one request. It may end without ending the connection: the upstream then stalls. */
export type Script = (exchange: Exchange) => Promise<void> | void;

/** A running fake upstream. */
export interface Upstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The same with `/v1`: what OPENAI_API_BASE takes. */
  readonly base: string;
  /** Everything asked so far, in order. */
  readonly exchanges: readonly Exchange[];
  /** The next request that this method has not yet handed out, once its head has arrived. */
  next(): Promise<Exchange>;
  /** Answers the next unanswered request, after its body has arrived (or at its head, with `early`). */
  reply(script: Script, when?: 'early'): void;
  /** Answers every request for which no reply is queued. */
  always(script: Script, when?: 'early'): void;
  /**
   * Stops. Throws if a request came that no script expected, if a script failed, or if a queued reply was never
   * asked for.
   */
  close(): Promise<void>;
}

interface Reply {
  readonly script: Script;
  readonly early: boolean;
}

/** Starts a fake upstream on a free loopback port. */
export async function startUpstream(): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const exchanges: Exchange[] = [];
  const replies: Reply[] = [];
  const failures: Error[] = [];
  const running = new Set<Promise<void>>();
  const waiting: ((exchange: Exchange) => void)[] = [];
  let standing: Reply | undefined;
  let handedOut = 0;
  let closing = false;

  const serve = async (socket: Socket): Promise<void> => {
    const reader = new SocketReader(socket);
    const head = await readHead(reader);
    const exchange = new SocketExchange(socket, reader, head);
    exchanges.push(exchange);
    const waiter = waiting.shift();
    if (waiter !== undefined) {
      handedOut += 1;
      waiter(exchange);
    }
    const reply = replies.shift() ?? standing;
    if (reply === undefined) {
      failures.push(new Error(`Unexpected request: ${head.startLine}`));
      await exchange.head(501, {}, 0);
      await exchange.end();
      return;
    }
    if (!reply.early) await exchange.whole;
    await reply.script(exchange);
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const run = serve(socket)
      .catch((error: unknown) => {
        if (error instanceof PeerGoneError) return;
        failures.push(error instanceof Error ? error : new Error(String(error)));
        socket.resetAndDestroy();
      })
      .finally(() => running.delete(run));
    running.add(run);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The upstream has no port.');
  const url = `http://127.0.0.1:${address.port}`;

  const close = async () => {
    if (closing) return;
    closing = true;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    await Promise.all(running);
    if (replies.length > 0)
      failures.push(new Error(`${replies.length} scripted answers were never asked for.`));
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1)
      throw new AggregateError(failures, failures.map((one) => one.message).join('\n'));
  };

  return {
    url,
    base: `${url}/v1`,
    exchanges,
    next: () => {
      const exchange = exchanges[handedOut];
      if (exchange === undefined) return new Promise((resolve) => waiting.push(resolve));
      handedOut += 1;
      return Promise.resolve(exchange);
    },
    reply: (script, when) => {
      replies.push({ script, early: when === 'early' });
    },
    always: (script, when) => {
      standing = { script, early: when === 'early' };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A base URL at which connections are refused: its port was free a moment ago. */
export async function refusingBase(): Promise<string> {
  const upstream = await startUpstream();
  await upstream.close();
  return upstream.base;
}

class SocketExchange implements Exchange {
  readonly request: RecordedRequest & { body: Buffer };
  readonly whole: Promise<boolean>;
  readonly gone: Promise<PeerEnd>;
  eventsWritten = 0;
  readonly #socket: Socket;
  #framing: Framing = 'close';

  constructor(socket: Socket, reader: SocketReader, head: MessageHead) {
    const [method = '', path = ''] = head.startLine.split(' ');
    this.#socket = socket;
    this.gone = reader.ended;
    this.request = { method, path, head, body: Buffer.alloc(0) };
    this.whole = this.#receive(reader, head);
  }

  async #receive(reader: SocketReader, head: MessageHead): Promise<boolean> {
    const pieces: Buffer[] = [];
    const body = readBody(reader, head, false);
    let step = await body.next();
    for (; !step.done; step = await body.next()) pieces.push(step.value.bytes);
    this.request.body = Buffer.concat(pieces);
    void reader.drain();
    return step.value === 'complete';
  }

  raw(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new PeerGoneError('reset'));
      else this.#socket.write(bytes, (error) => (error ? reject(new PeerGoneError('reset')) : resolve()));
    });
  }

  head(
    status: number,
    headers: Readonly<Record<string, string>>,
    framing: Framing = 'chunked',
  ): Promise<void> {
    this.#framing = framing;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    if (framing === 'chunked') lines.push('transfer-encoding: chunked');
    if (typeof framing === 'number') lines.push(`content-length: ${framing}`);
    return this.raw(`HTTP/1.1 ${status} Scripted\r\n${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`);
  }

  body(bytes: string | Uint8Array): Promise<void> {
    const data = Buffer.from(bytes);
    if (this.#framing !== 'chunked') return this.raw(data);
    return this.raw(
      Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]),
    );
  }

  async bodyByByte(bytes: string | Uint8Array): Promise<void> {
    for (const byte of Buffer.from(bytes)) await this.body(Uint8Array.of(byte));
  }

  async event(payload: string): Promise<void> {
    await this.body(`data: ${payload}\n\n`);
    this.eventsWritten += 1;
  }

  async end(): Promise<void> {
    if (this.#framing === 'chunked') await this.raw('0\r\n\r\n');
    this.cut();
  }

  cut(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
