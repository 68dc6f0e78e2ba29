/** Where the server listens, and which address a person opens. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { en, type LauncherWords } from './words-en.ts';

/** Host and port to listen on. Port 0 lets the system choose. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_ADDRESS: ListenAddress = { host: '127.0.0.1', port: 8000 };

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host to listen on is reachable from this machine alone. A name other than `localhost` is not trusted. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/** Reads HOST and PORT as they were set; undefined is the default. Returns what is wrong as a sentence. */
export function parseAddress(
  host: unknown,
  port: unknown,
  words: LauncherWords = en,
): ListenAddress | { readonly problem: string } {
  const hostText =
    host === undefined
      ? DEFAULT_ADDRESS.host
      : String(host)
          .trim()
          .replace(/^\[(.*)\]$/, '$1');
  if (isIP(hostText) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(hostText)) {
    return { problem: words.badHost };
  }
  const portText = port === undefined ? String(DEFAULT_ADDRESS.port) : String(port).trim();
  if (!/^\d{1,5}$/.test(portText) || Number(portText) > 65_535) {
    return { problem: words.badPort };
  }
  return { host: hostText, port: Number(portText) };
}

/**
 * The address for a browser. A server that listens on loopback or everywhere is reached at `localhost`: to a browser
 * 127.0.0.1 is another site, where the conversations of `localhost` are not.
 */
export function browsableUrl({ host, port }: ListenAddress): string {
  if (listensEverywhere(host) || isLoopback(host)) return urlOf('localhost', port);
  return urlOf(isIP(host) === 6 ? `[${host}]` : host, port);
}

/**
 * What others on the network can open where the server listens everywhere; nothing where it does not.
 * @param addresses the machine's own, without loopback.
 */
export function networkUrls({ host, port }: ListenAddress, addresses: readonly string[]): string[] {
  return listensEverywhere(host) ? addresses.map((address) => urlOf(address, port)) : [];
}

/** This machine's IPv4 addresses, without loopback. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** Where this machine itself reaches a server that listens at a host. */
export function connectableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

function listensEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function urlOf(host: string, port: number): string {
  return port === 80 ? `http://${host}` : `http://${host}:${port}`;
}
