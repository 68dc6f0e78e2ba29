/** The page's login: a signed cookie that says until when somebody who knew API_TOKEN or an issued key is trusted. */
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { IssuedKey } from '../access/key-form.ts';
import { isOwnPage, provenanceOf } from '../access/origin.ts';
import type { Settings } from '../config/settings.ts';
import type { AppEnv } from '../env.ts';

/** Seven days. */
const LIFETIME_S = 7 * 24 * 60 * 60;

/** HKDF's context string (RFC 5869, section 3.2): this derived key signs sessions and nothing else. */
const KEY_PURPOSE = new TextEncoder().encode('nexcode session cookie v1');

/** Who logged in: with the server's token, with an issued key, or nobody. */
export type Login =
  | { readonly kind: 'token' }
  | { readonly kind: 'key'; readonly key: IssuedKey }
  | { readonly kind: 'none' };

/** Nobody is logged in. */
export const NO_LOGIN: Login = { kind: 'none' };

/** Puts the login cookie on the answer: until when, and who. */
export async function openSession(c: Context<AppEnv>, login: Login, nowMs: number): Promise<void> {
  const secret = signingSecret(c.var.settings);
  if (secret === undefined || login.kind === 'none') throw new Error('Nobody can log in here.');
  const expires = String(Math.floor(nowMs / 1000) + LIFETIME_S);
  const who = login.kind === 'token' ? 'token' : `key_${login.key.id}_${login.key.digest}`;
  const options = { ...cookieOptions(c), maxAge: LIFETIME_S };
  await setSignedCookie(c, cookieName(c), `${expires}.${who}`, await signingKey(secret), options);
}

/** Takes the login cookie back. */
export function closeSession(c: Context<AppEnv>): void {
  deleteCookie(c, cookieName(c), cookieOptions(c));
}

/** A cookie's value: seconds since 1970, and who. */
const COOKIE = /^(\d{1,12})\.(?:(token)|key_([0-9A-Za-z]+)_([0-9a-f]{64}))$/;

/**
 * Whose login cookie the request carries, if it is our own page's and the cookie is signed and has not run out. On any
 * other site's request the cookie does not exist. Whether a key still holds is for its object to say.
 */
export async function readSession(c: Context<AppEnv>, nowMs: number): Promise<Login> {
  const secret = signingSecret(c.var.settings);
  const headers = c.get('headers');
  if (secret === undefined || !headers.get('cookie') || !isOwnPage(provenanceOf(headers))) return NO_LOGIN;
  const value = await getSignedCookie(c, await signingKey(secret), cookieName(c));
  const [, expires, token, id, digest] =
    COOKIE.exec(value === undefined || value === false ? '' : value) ?? [];
  if (expires === undefined || Number(expires) * 1000 <= nowMs) return NO_LOGIN;
  if (token !== undefined) return c.var.settings.apiToken === undefined ? NO_LOGIN : { kind: 'token' };
  return id === undefined || digest === undefined ? NO_LOGIN : { kind: 'key', key: { id, digest } };
}

/**
 * What the cookie's key is derived from: the secrets that a login can stand on. A new one of either ends all sessions.
 */
function signingSecret({ apiToken, keysSecrets: [keysSecret] }: Settings): string | undefined {
  if (keysSecret === undefined) return apiToken;
  return `${apiToken ?? ''}\n${keysSecret}`;
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

/** Derived, so that the cookie never tells the secret itself. */
async function signingKey(secret: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), 'HKDF', false, [
    'deriveBits',
  ]);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: KEY_PURPOSE };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256));
}
