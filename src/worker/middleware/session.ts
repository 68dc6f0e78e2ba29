/** The page's login: a signed cookie that says until when somebody who knew API_TOKEN is trusted. */
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { isOwnPage, provenanceOf } from '../access/origin.ts';
import type { AppEnv } from '../env.ts';

/** Seven days. */
const LIFETIME_S = 7 * 24 * 60 * 60;

/** HKDF's context string (RFC 5869, section 3.2): this derived key signs sessions and nothing else. */
const KEY_PURPOSE = new TextEncoder().encode('nexcode session cookie v1');

/** Puts the login cookie on the answer. */
export async function openSession(c: Context<AppEnv>, apiToken: string, nowMs: number): Promise<void> {
  const expires = String(Math.floor(nowMs / 1000) + LIFETIME_S);
  const options = { ...cookieOptions(c), maxAge: LIFETIME_S };
  await setSignedCookie(c, cookieName(c), expires, await signingKey(apiToken), options);
}

/** Takes the login cookie back. */
export function closeSession(c: Context<AppEnv>): void {
  deleteCookie(c, cookieName(c), cookieOptions(c));
}

/**
 * Whether the request is our own page's and carries a login cookie that is signed and has not run out. On any other
 * site's request the cookie does not exist.
 */
export async function hasSession(c: Context<AppEnv>, nowMs: number): Promise<boolean> {
  const { apiToken } = c.var.settings;
  const headers = c.get('headers');
  if (apiToken === undefined || !headers.get('cookie') || !isOwnPage(provenanceOf(headers))) return false;
  const expires = await getSignedCookie(c, await signingKey(apiToken), cookieName(c));
  return typeof expires === 'string' && Number(expires) * 1000 > nowMs;
}

function isSecure(c: Context<AppEnv>): boolean {
  return c.req.url.startsWith('https:');
}

/** A port at the end of a `Host` header. */
const PORT = /:(\d{1,5})$/;

/**
 * The prefix makes the browser refuse a cookie that another host or an unencrypted page tries to set. Without it the
 * port stands in the name, for all ports of a host share their cookies (RFC 6265, section 8.5), and a login at one
 * server of this machine must not end that at another.
 */
function cookieName(c: Context<AppEnv>): string {
  if (isSecure(c)) return '__Host-nexcode';
  const port = PORT.exec(c.get('headers').get('host') ?? '')?.[1];
  return port === undefined ? 'nexcode' : `nexcode-${port}`;
}

function cookieOptions(c: Context<AppEnv>) {
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure: isSecure(c) } as const;
}

/** Derived from API_TOKEN, so that a new token ends every session; the cookie never tells the token itself. */
async function signingKey(apiToken: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(apiToken), 'HKDF', false, [
    'deriveBits',
  ]);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: KEY_PURPOSE };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256));
}
