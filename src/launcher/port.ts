/** Finds out early whether an address can be had, with a message that says what to do. */
import { createServer } from 'node:net';
import type { ListenAddress } from './address.ts';
import { en, type LauncherWords } from './words-en.ts';

/** Resolves with undefined if the address is free, else with what is wrong and its cure. */
export function addressProblem(
  { host, port }: ListenAddress,
  command: string,
  words: LauncherWords = en,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const probe = createServer();
  probe.once('error', (error: NodeJS.ErrnoException) => resolve(explain(error, host, port, command, words)));
  probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)));
  return promise;
}

function explain(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  command: string,
  words: LauncherWords,
): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return words.portTaken(port, host, `PORT=${port < 60_000 ? port + 1 : 8000} ${command}`);
    case 'EACCES':
      return words.portForbidden(port, `PORT=8000 ${command}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return words.foreignHost(host);
    default:
      return words.addressUnusable(host, port, error.message);
  }
}
