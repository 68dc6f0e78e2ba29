/** A client that sends the body of a request as slowly as it is told. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An upload under way: its head and as much of its body as was sent so far. */
export class Upload implements Disposable {
  readonly #socket: Socket;
  #answer = '';

  /** Sends the head of a chat request with this token and a body of so many bytes. */
  constructor(url: string, token: string, bytes: number) {
    const { hostname, port } = new URL(url);
    this.#socket = connect(Number(port), hostname);
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (data) => {
      this.#answer += data.toString('latin1');
    });
    const head = [
      'POST /v1/chat/completions HTTP/1.1',
      `host: ${hostname}:${port}`,
      'content-type: application/json',
      `authorization: Bearer ${token}`,
      `content-length: ${bytes}`,
    ];
    this.#socket.write(`${head.join('\r\n')}\r\n\r\n`);
  }

  /** Sends more of the body. */
  send(text: string): void {
    this.#socket.write(text);
  }

  /** The answer's head, once it has come. */
  async head(): Promise<string> {
    while (!this.#answer.includes('\r\n\r\n')) await once(this.#socket, 'data');
    return this.#answer.slice(0, this.#answer.indexOf('\r\n\r\n'));
  }

  /** The status of the answer, undefined while there is none. */
  get status(): string | undefined {
    return /^HTTP\/1\.1 (\d{3})/.exec(this.#answer)?.[1];
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
