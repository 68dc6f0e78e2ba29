/** Whether a request came through a proxy: then a server on a loopback address is not for this machine alone. */
import type { HeaderFields } from '../http/header-fields.ts';

/** RFC 7239, RFC 9110 section 7.6.3, and what proxies have sent since before those. */
const TRACE = /^(?:forwarded|via|x-real-ip|x-forwarded-.+)$/;

/** Any header that only a proxy sends, or an address of a client that is not this machine. */
export function hasProxyTrace(headers: HeaderFields): boolean {
  let found = false;
  headers.forEach((value, name) => {
    // Miniflare sets this one itself, to the address of its peer.
    found ||= TRACE.test(name) || (name === 'cf-connecting-ip' && !isLoopback(value));
  });
  return found;
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(address) || address === '::1';
}
