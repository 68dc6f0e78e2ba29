/** HTTP/1.1 on the wire, for the fake upstream and the raw client: nothing is normalised, joined or hidden. */
import type { Socket } from 'node:net';

/** How the other side ended its half of a connection: FIN, RST, or not before this side closed. */
export type PeerEnd = 'fin' | 'reset' | 'closed here';

/** The peer went away before the bytes that were asked for. */
export class PeerGoneError extends Error {
  override readonly name = 'PeerGoneError';
  readonly end: PeerEnd;

  constructor(end: PeerEnd) {
    super(`The peer went away (${end}).`);
    this.end = end;
  }
}

/** The start line and headers of a message, as they were sent. */
export interface MessageHead {
  readonly startLine: string;
  /** Name and value in the order, spelling and number sent. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  /** The value of a header by lower-case name; repeated ones joined by `, `. */
  header(name: string): string | undefined;
}

/** One piece of a body as it arrived, with `performance.now()` at its arrival, in milliseconds. */
export interface BodyPiece {
  readonly bytes: Buffer;
  readonly at: number;
}

/** How far a body came: to its end, or only to where the connection was closed or reset. */
export type BodyEnd = 'complete' | 'cut' | 'reset';

/**
 * Reads a socket on demand: bytes that nobody asks for stay in the kernel, so that a reader which does not read
 * really is slow for its peer.
 */
export class SocketReader {
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #end: PeerEnd | undefined;
  #wake: () => void = () => {};
  /** Resolves once the peer has closed or reset (or this side has closed the socket). */
  readonly ended: Promise<PeerEnd>;

  constructor(socket: Socket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<PeerEnd>();
    this.ended = promise;
    const settle = (end: PeerEnd) => {
      this.#end ??= end;
      resolve(this.#end);
      this.#wake();
    };
    socket.on('readable', () => this.#wake());
    socket.on('end', () => settle('fin'));
    socket.on('error', () => settle('reset'));
    socket.on('close', () => settle('closed here'));
  }

  /** Bytes up to and including the delimiter. Throws PeerGoneError if the peer ends before. */
  async until(delimiter: string): Promise<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(delimiter);
      if (at >= 0) return this.#take(at + delimiter.length);
      await this.#more();
    }
  }

  /** The next bytes, at least one and at most `limit`. Throws PeerGoneError at the end. */
  async some(limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
    while (this.#buffer.length === 0) await this.#more();
    return this.#take(Math.min(limit, this.#buffer.length));
  }

  /** Exactly `length` bytes. Throws PeerGoneError if the peer ends before. */
  async exactly(length: number): Promise<Buffer> {
    while (this.#buffer.length < length) await this.#more();
    return this.#take(length);
  }

  /** Reads and drops everything from now on, so that the peer's FIN or RST is noticed as soon as it arrives. */
  async drain(): Promise<void> {
    while (this.#end === undefined) await this.some().catch(() => undefined);
  }

  #take(length: number): Buffer {
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }

  async #more(): Promise<void> {
    for (;;) {
      const chunk: unknown = this.#socket.read();
      if (Buffer.isBuffer(chunk)) {
        this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
        return;
      }
      if (this.#end !== undefined) throw new PeerGoneError(this.#end);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Reads one message head. Throws PeerGoneError if the connection ends before it is whole. */
export async function readHead(reader: SocketReader): Promise<MessageHead> {
  const text = (await reader.until('\r\n\r\n')).toString('latin1');
  const [startLine = '', ...lines] = text.slice(0, -4).split('\r\n');
  const rawHeaders = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return {
    startLine,
    rawHeaders,
    header: (name) => {
      const values = rawHeaders.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
      return values.length === 0 ? undefined : values.join(', ');
    },
  };
}

/**
 * Reads a body piece by piece by its framing (RFC 9112, section 6): chunked, by length, or until the connection ends
 * if `untilClose`. Returns how the body ended instead of throwing when it is cut.
 */
export async function* readBody(
  reader: SocketReader,
  head: MessageHead,
  untilClose: boolean,
): AsyncGenerator<BodyPiece, BodyEnd, void> {
  const length = head.header('content-length');
  const chunked = head.header('transfer-encoding')?.toLowerCase() === 'chunked';
  try {
    if (chunked) yield* chunks(reader);
    else if (length !== undefined) yield* sized(reader, Number(length));
    else if (untilClose) yield* sized(reader, Number.POSITIVE_INFINITY);
    return 'complete';
  } catch (error) {
    if (!(error instanceof PeerGoneError)) throw error;
    if (error.end === 'reset') return 'reset';
    return chunked || length !== undefined ? 'cut' : 'complete';
  }
}

async function* chunks(reader: SocketReader): AsyncGenerator<BodyPiece, void, void> {
  for (;;) {
    const size = Number.parseInt((await reader.until('\r\n')).toString('latin1'), 16);
    if (Number.isNaN(size)) throw new Error('A chunk does not begin with its size.');
    yield* sized(reader, size);
    await reader.exactly(2);
    if (size === 0) return;
  }
}

async function* sized(reader: SocketReader, length: number): AsyncGenerator<BodyPiece, void, void> {
  let left = length;
  while (left > 0) {
    const bytes = await reader.some(left);
    left -= bytes.length;
    yield { bytes, at: performance.now() };
  }
}
