/** The gateway in front of a fake upstream, with a raw client's chat calls to it: what the tests of the relay stand on. */
import { expect } from 'vitest';
import { type GatewaySettings, startGateway } from './gateway.ts';
import { type Answer, type Connection, call, connect, type RequestParts, statusOf } from './http.ts';
import { type Exchange, startUpstream, type Upstream } from './upstream.ts';
import type { BodyEnd, BodyPiece, MessageHead } from './wire.ts';
import { startWorkerd } from './workerd.ts';

/** A gateway of either kind. */
interface Server {
  readonly url: string;
  readonly base: string;
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** The two ways the Worker runs on one machine. They differ in how they see a client leave and an upstream break. */
export const RUNTIMES: readonly (readonly [name: string, start: StartServer])[] = [
  ['Miniflare', (settings) => startGateway(settings)],
  ['bare workerd', (settings) => startWorkerd(settings, { verbose: true })],
];

/** Starts a gateway with these settings. */
export type StartServer = (settings: GatewaySettings) => Promise<Server>;

/** The key with which the server pays in these tests. */
export const SERVER_KEY = 'server-key-of-the-tests';

/** A gateway and its upstream. */
export interface Relay extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly server: Server;
  /** The next call to the upstream, once it has arrived whole; the test itself then answers it, write by write. */
  exchange(): Promise<Exchange>;
  /** A chat call, answered whole. */
  ask(body: Body, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A chat call whose answer is read as it comes. */
  open(body: Body, headers?: Readonly<Record<string, string>>): Promise<OpenCall>;
  /** Stops both. Fails if the Worker or its runtime has logged anything: an exception that nobody caught. */
  close(): Promise<void>;
}

/** A request's body: JSON members, or exact bytes. */
export type Body = Readonly<Record<string, unknown>> | Uint8Array;

/** Starts both; the server pays unless the settings say otherwise. */
export async function startRelay(
  settings: GatewaySettings = {},
  start: StartServer = startGateway,
): Promise<Relay> {
  const upstream = await startUpstream();
  const server = await start({
    LOCAL_SERVER: 'true',
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: SERVER_KEY,
    ...settings,
  });
  const close = async () => {
    await server.close();
    await upstream.close();
    expect(server.log.filter(isTrouble)).toEqual([]);
  };
  return {
    upstream,
    server,
    exchange: () => {
      const { promise, resolve } = Promise.withResolvers<Exchange>();
      upstream.reply(resolve);
      return promise;
    },
    ask: (body, headers) => call(server.url, chatCall(body, headers)),
    open: (body, headers) => openCall(server.url, chatCall(body, headers)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A chat request as it goes over the wire. Members are laid over a small valid request. */
export function chatCall(body: Body, headers: Readonly<Record<string, string>> = {}): RequestParts {
  const members = { model: 'gpt-test', messages: [{ role: 'user', content: 'Hi' }] };
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', ...headers },
    body: body instanceof Uint8Array ? body : JSON.stringify({ ...members, ...body }),
  };
}

/** Asks on a connection of its own, for an answer that is read as it comes. */
export async function openCall(url: string, request: RequestParts): Promise<OpenCall> {
  const connection = await connect(url);
  await connection.request(request);
  return new OpenCall(connection);
}

/** The Worker's debug log and workerd's notes on broken connections are fine; anything else is trouble. */
function isTrouble(line: string): boolean {
  return !/^\{"step":|: info: exception = .*: disconnected: |^stack: /.test(line);
}

/** One answer under way. Nothing is read that a test does not ask for. */
export class OpenCall implements AsyncDisposable {
  readonly connection: Connection;
  /** Room for what is read; it grows by doubling, so that a long body costs no copy of itself a piece. */
  #room: Buffer = Buffer.alloc(64 * 1024);
  #length = 0;
  #head: MessageHead | undefined;
  #body: AsyncGenerator<BodyPiece, BodyEnd, void> | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** What has been read of the body. */
  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  /** The answer's head. */
  async head(): Promise<MessageHead> {
    this.#head ??= await this.connection.head();
    return this.#head;
  }

  /** The answer's status. */
  async status(): Promise<number> {
    return statusOf(await this.head());
  }

  /** Reads until the body contains a text. Throws if it ends before. */
  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      const end = await this.#read();
      if (end !== undefined) throw new Error(`The body ended (${end}) without "${text}": ${this.text}`);
    }
  }

  /** Reads until this many bytes of the body have come. Throws if it ends before. */
  async read(length: number): Promise<void> {
    while (this.bytes.length < length) {
      const end = await this.#read();
      if (end !== undefined) throw new Error(`The body ended (${end}) after ${this.bytes.length} bytes.`);
    }
  }

  /** Reads to the end and says how it ended. */
  async rest(): Promise<BodyEnd> {
    for (;;) {
      const end = await this.#read();
      if (end !== undefined) return end;
    }
  }

  async #read(): Promise<BodyEnd | undefined> {
    this.#body ??= this.connection.body(await this.head());
    const step = await this.#body.next();
    if (step.done) return step.value;
    const length = this.#length + step.value.bytes.length;
    if (length > this.#room.length) this.#room = Buffer.concat([this.bytes], 2 * length);
    step.value.bytes.copy(this.#room, this.#length);
    this.#length = length;
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }
}
