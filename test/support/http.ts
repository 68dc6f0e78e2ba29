/** A client that sends exact bytes over a raw socket, reads as slowly as told, and leaves by FIN or by RST. */
import { connect as connectSocket, type Socket } from 'node:net';
import {
  type BodyEnd,
  type BodyPiece,
  type MessageHead,
  type PeerEnd,
  readBody,
  readHead,
  SocketReader,
} from './wire.ts';

/** What a request is made of. The body goes with a content-length unless `headers` name another framing. */
export interface RequestParts {
  readonly method?: string;
  readonly path: string;
  /** Sent in this order and spelling. `Host` and the body's length are added where they are missing. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
}

/** A whole answer, with its body unframed but otherwise untouched. */
export interface Answer {
  readonly status: number;
  readonly head: MessageHead;
  readonly body: Buffer;
  /** The body as it arrived, piece by piece. */
  readonly pieces: readonly BodyPiece[];
  readonly end: BodyEnd;
  /** The body as UTF-8 text. */
  text(): string;
  /** The body parsed as JSON. */
  json(): unknown;
}

/** One connection. Nothing is read that is not asked for. */
export interface Connection extends AsyncDisposable {
  /** Sends bytes as they are; resolves when the system has taken them. */
  send(bytes: string | Uint8Array): Promise<void>;
  /** Sends a request made of its parts. */
  request(parts: RequestParts): Promise<void>;
  /** Reads the next answer's head, passing over 1xx ones. */
  head(): Promise<MessageHead>;
  /** Reads the body of the answer whose head was read; its return value says how it ended. */
  body(head: MessageHead): AsyncGenerator<BodyPiece, BodyEnd, void>;
  /** Reads a whole answer. */
  answer(): Promise<Answer>;
  /** Closes this side politely (FIN). */
  finish(): void;
  /** Breaks the connection (RST). */
  reset(): void;
  /** Resolves when the server has closed or reset the connection. */
  readonly ended: Promise<PeerEnd>;
}

/** Opens a connection to the host and port of `url`. Throws the socket's error if nobody listens. */
export async function connect(url: string | URL): Promise<Connection> {
  const { hostname, port, host } = new URL(url);
  const socket = connectSocket({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const reader = new SocketReader(socket);
  let method = 'GET';
  const connection: Connection = {
    send: (bytes) => write(socket, bytes),
    request: (parts) => {
      method = parts.method ?? (parts.body === undefined ? 'GET' : 'POST');
      return write(socket, requestBytes(method, host, parts));
    },
    head: async () => {
      for (;;) {
        const head = await readHead(reader);
        if (statusOf(head) >= 200 || statusOf(head) === 101) return head;
      }
    },
    body: (head) => readBody(reader, hasBody(method, head) ? head : bodiless(head), hasBody(method, head)),
    answer: async () => {
      const head = await connection.head();
      const pieces: BodyPiece[] = [];
      const body = connection.body(head);
      let step = await body.next();
      for (; !step.done; step = await body.next()) pieces.push(step.value);
      const bytes = Buffer.concat(pieces.map((piece) => piece.bytes));
      return {
        status: statusOf(head),
        head,
        body: bytes,
        pieces,
        end: step.value,
        text: () => bytes.toString('utf8'),
        json: () => JSON.parse(bytes.toString('utf8')),
      };
    },
    finish: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
    ended: reader.ended,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await reader.ended;
    },
  };
  return connection;
}

/** One request on a connection of its own, answered whole. */
export async function call(url: string | URL, parts: RequestParts): Promise<Answer> {
  await using connection = await connect(url);
  await connection.request(parts);
  return await connection.answer();
}

/** The status code of an answer's head. */
export function statusOf(head: MessageHead): number {
  return Number(head.startLine.split(' ')[1]);
}

/** A request made of its parts, as it goes over the wire. */
export function requestBytes(method: string, host: string, parts: RequestParts): Buffer {
  const headers = Array.isArray(parts.headers) ? [...parts.headers] : Object.entries(parts.headers ?? {});
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  if (!names.has('host')) headers.unshift(['Host', host]);
  const body = Buffer.from(parts.body ?? '');
  const framed = names.has('content-length') || names.has('transfer-encoding');
  if (!framed && parts.body !== undefined) headers.push(['Content-Length', String(body.length)]);
  const lines = [`${method} ${parts.path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** An answer to HEAD, and a 101, 204 or 304, has no body whatever its headers say (RFC 9112, section 6.3). */
function hasBody(method: string, head: MessageHead): boolean {
  const status = statusOf(head);
  return method !== 'HEAD' && status !== 101 && status !== 204 && status !== 304;
}

function bodiless(head: MessageHead): MessageHead {
  return { ...head, header: () => undefined };
}

function write(socket: Socket, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
