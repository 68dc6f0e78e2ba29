/** An HTTP server on this machine: what the upstreams of the long runs stand on. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running one. */
export interface LocalServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/v1` */
  readonly base: string;
}

/** Listens at a free loopback port. Where `answer` fails, the connection breaks. */
export async function startLocalServer(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LocalServer> {
  const server = createServer({ noDelay: true }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  // A connection that is kept is never closed by this side: the gateway could just have chosen it for its next call.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/v1`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const bytes of request) pieces.push(bytes);
  return Buffer.concat(pieces);
}
