/** Finds out early whether an address can be had, with a message that says what to do. */
import { createServer } from 'node:net';
import type { ListenAddress } from './address.ts';

/** Resolves with undefined if the address is free, else with what is wrong and its cure. */
export function addressProblem({ host, port }: ListenAddress, command: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const probe = createServer();
  probe.once('error', (error: NodeJS.ErrnoException) => resolve(explain(error, host, port, command)));
  probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)));
  return promise;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number, command: string): string {
  const another = `for example: PORT=${port < 60_000 ? port + 1 : 8000} ${command}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `PORT ${port} is taken on ${host}: another program listens there. Stop it, or choose another port, ${another}`;
    case 'EACCES':
      return `PORT ${port} may not be used without special rights. Choose one from 1024 on, for example: PORT=8000 ${command}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST ${host} is no address of this machine. Use 127.0.0.1 for this machine alone, or 0.0.0.0 for every network`;
    default:
      return `HOST ${host} and PORT ${port} cannot be used: ${error.message}`;
  }
}
