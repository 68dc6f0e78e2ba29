/** A way to a server of this machine on which connections break. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Breaking extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** How many connections it has broken so far. */
  readonly broken: number;
  /** Breaks every connection that is open. */
  breakAll(): void;
}

/**
 * Starts one to a port.
 * @param places behind how many bytes of its answer each of the first connections breaks; the others hold.
 */
export async function startBreaking(port: number, places: readonly number[] = []): Promise<Breaking> {
  const left = [...places];
  const clients = new Set<Socket>();
  let broken = 0;
  const server = createServer((client) => {
    clients.add(client);
    const upstream = connect(port, '127.0.0.1');
    const place = left.shift() ?? Number.POSITIVE_INFINITY;
    let passed = 0;
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      const rest = place - passed;
      passed += bytes.length;
      if (rest > bytes.length) client.write(bytes);
      else if (rest > 0) {
        broken += 1;
        client.write(bytes.subarray(0, rest), () => client.destroy());
      }
    });
    upstream.on('end', () => client.end());
    client.on('close', () => {
      clients.delete(client);
      upstream.destroy();
    });
    for (const socket of [client, upstream]) socket.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  const breakAll = () => {
    broken += clients.size;
    for (const client of clients) client.destroy();
  };
  return {
    url: `http://127.0.0.1:${own}`,
    get broken() {
      return broken;
    },
    breakAll,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      breakAll();
      await closed;
    },
  };
}
