/** A fake upstream for WebSockets (RFC 6455): it records the handshake, sends frames as told, and hands on what it gets. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One frame, whole: a text, bytes, or the closing of the connection. */
export type Frame =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Buffer }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

/** An opened connection, from the upstream's side. */
export interface UpstreamSocket {
  /** The handshake as it arrived: its path and headers. */
  readonly handshake: IncomingMessage;
  send(frame: Frame): void;
  /** The next frame that the other side has sent. */
  next(): Promise<Frame>;
}

/** A running fake upstream. */
export interface WebSocketUpstream extends AsyncDisposable {
  readonly base: string;
  /** The next opened connection. */
  socket(): Promise<UpstreamSocket>;
}

/** The fixed text of the handshake (RFC 6455, section 1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODES = { text: 1, binary: 2, close: 8 } as const;

/** Starts it on a free loopback port. It chooses the first subprotocol that it is offered. */
export async function startWebSocketUpstream(): Promise<WebSocketUpstream> {
  const opened = queue<UpstreamSocket>();
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(426).end());
  server.on('upgrade', (handshake: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const accept = createHash('sha1')
      .update(`${handshake.headers['sec-websocket-key']}${GUID}`)
      .digest('base64');
    const protocol = handshake.headers['sec-websocket-protocol']?.split(',')[0]?.trim();
    socket.write(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${accept}`,
        ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
        'openai-version: 2020-10-01',
        'set-cookie: upstream=secret',
        '\r\n',
      ].join('\r\n'),
    );
    const frames = queue<Frame>();
    let closing = false;
    let pending = Buffer.alloc(0);
    socket.on('data', (data: Buffer) => {
      pending = Buffer.concat([pending, data]);
      for (let read = readFrame(pending); read !== undefined; read = readFrame(pending)) {
        pending = pending.subarray(read.length);
        frames.put(read.frame);
        // The connection ends once both sides have said so, and the server is the one to end it (section 7.1.1).
        if (read.frame.kind === 'close') {
          if (!closing) socket.write(frameBytes(read.frame));
          socket.end();
        }
      }
    });
    const send = (frame: Frame): void => {
      closing ||= frame.kind === 'close';
      socket.write(frameBytes(frame));
    };
    opened.put({ handshake, send, next: frames.take });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/v1`,
    socket: opened.take,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Client frames are masked (section 5.3); tests send none longer than 64 KiB and none in fragments. */
function readFrame(bytes: Buffer): { frame: Frame; length: number } | undefined {
  if (bytes.length < 6) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : 2;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = start + 4 + size;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(start, start + 4);
  const payload = Buffer.from(
    bytes.subarray(start + 4, length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)),
  );
  return { frame: frameOf(bytes.readUInt8(0) & 0x0f, payload), length };
}

function frameOf(opcode: number, payload: Buffer): Frame {
  if (opcode === OPCODES.text) return { kind: 'text', text: payload.toString() };
  if (opcode === OPCODES.binary) return { kind: 'binary', bytes: payload };
  if (opcode !== OPCODES.close) throw new Error(`A frame that no test sends: opcode ${opcode}.`);
  const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
  return { kind: 'close', code, reason: payload.subarray(2).toString() };
}

function frameBytes(frame: Frame): Buffer {
  const payload = payloadOf(frame);
  if (payload.length >= 126) throw new Error('The fake upstream sends short frames only.');
  return Buffer.concat([Buffer.of(0x80 | OPCODES[frame.kind], payload.length), payload]);
}

function payloadOf(frame: Frame): Buffer {
  if (frame.kind === 'text') return Buffer.from(frame.text);
  if (frame.kind === 'binary') return frame.bytes;
  const code = Buffer.alloc(2);
  code.writeUInt16BE(frame.code);
  return Buffer.concat([code, Buffer.from(frame.reason)]);
}

/** Values in order, for whoever waits for them. */
function queue<Value>() {
  const values: Value[] = [];
  const waiting: ((value: Value) => void)[] = [];
  return {
    put: (value: Value): void => {
      const waiter = waiting.shift();
      if (waiter === undefined) values.push(value);
      else waiter(value);
    },
    take: (): Promise<Value> => {
      const value = values.shift();
      return value === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(value);
    },
  };
}
