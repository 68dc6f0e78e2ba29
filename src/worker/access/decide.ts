/** Who pays for a request: the whole decision, as one pure function over plain facts. */

import { type AuthReason, isMisconfigured, type Settings } from '../config/settings.ts';
import { GatewayError } from '../http/errors.ts';
import type { EndpointKind, OwnEndpoint } from './endpoints.ts';
import type { IssuedKey } from './key-form.ts';

/** Everything the decision depends on, beside the settings. */
export interface Asked {
  /** The caller's token, if it sent one. */
  readonly bearer: string | undefined;
  /** The token equals API_TOKEN (compared in constant time beforehand). */
  readonly isServerToken: boolean;
  /** The token is an issued key whose tag is right, or claims to be one and is not. */
  readonly issued?: IssuedKey | 'invalid' | undefined;
  /** A valid login cookie on a request of our own page. */
  readonly session: boolean;
  /** The key of a login that was made with one. */
  readonly sessionKey?: IssuedKey | undefined;
  /** Another website's page sent the request. */
  readonly foreign: boolean;
  readonly endpoint: EndpointKind;
  /** The gateway itself serves this endpoint, for its own callers. */
  readonly own?: OwnEndpoint | undefined;
  /** It reads or ends a stored response. */
  readonly storedResponse?: boolean;
}

/**
 * Whose credentials pay.
 * `client`: the caller's own key goes upstream and the server's is never used. `placeholder` marks a bearer that does
 * not look like a key (`dummy`) and travels only because the server has nothing better.
 * `server`: the server's settings pay, by its token, by the page's login, for an issued key (whose object may still
 * refuse it), or because the server is open to everybody.
 */
export type Payer =
  | { readonly pays: 'client'; readonly key: string; readonly placeholder: boolean }
  | { readonly pays: 'server'; readonly by: 'token' | 'session' | 'open' }
  | KeyPayer;

/** An issued key pays, out of its budget. */
export interface KeyPayer extends IssuedKey {
  readonly pays: 'server';
  readonly by: 'key';
}

/** Whether an issued key pays. */
export function isKeyPayer(payer: Payer | undefined): payer is KeyPayer {
  return payer?.pays === 'server' && payer.by === 'key';
}

/**
 * Decides who pays, or throws the refusal.
 * @throws {GatewayError} 401, 403, or 500 `server_misconfigured`, with the cure in its message.
 */
export function decidePayer(asked: Asked, settings: Settings): Payer {
  const { bearer, endpoint, own, issued } = asked;
  const isAdminRefused = endpoint === 'admin' && !settings.allowAdminPaths;
  if (isAdminRefused && own === undefined) throw adminRefused();
  if (asked.isServerToken) return { pays: 'server', by: 'token' };
  // Never a later row: such a token is no vendor's key, and an open server does not take it for nothing.
  if (issued === 'invalid') throw unknownKey();
  if (issued !== undefined) return keyPayer(issued, asked);
  // Two Authorization headers arrive joined: what holds a space is no key, and may hold somebody's token.
  const isToken = bearer !== undefined && !/\s/.test(bearer);
  if (isToken && settings.clientKeyPattern.test(bearer)) {
    if (!settings.allowClientKeys) throw clientKeysDisabled(settings);
    if (isAdminRefused) throw adminRefused();
    return { pays: 'client', key: bearer, placeholder: false };
  }
  if (bearer === undefined && asked.sessionKey !== undefined) return keyPayer(asked.sessionKey, asked);
  if (bearer === undefined && asked.session) {
    return own === undefined ? stateless(asked, 'session', settings) : { pays: 'server', by: 'session' };
  }
  if (settings.requireAuth) {
    if (isMisconfigured(settings)) throw misconfigured(settings);
    throw unauthorized(bearer === undefined, settings);
  }
  if (asked.foreign) throw crossOriginRefused();
  if (isAdminRefused) throw adminRefused();
  if (isToken && !settings.hasKey && settings.allowClientKeys) {
    return { pays: 'client', key: bearer, placeholder: true };
  }
  return stateless(asked, 'open', settings);
}

/** An issued key reaches what forgets, and of the gateway's own endpoints those that only read. */
function keyPayer({ id, digest }: IssuedKey, { endpoint, own, storedResponse }: Asked): KeyPayer {
  const isOpen = own === undefined ? endpoint === 'stateless' || storedResponse === true : own === 'read';
  if (isOpen) return { pays: 'server', by: 'key', id, digest };
  throw new GatewayError({
    status: 403,
    code: 'endpoint_not_allowed',
    message:
      own === undefined
        ? `${whyClosed(endpoint, "the operator's account")}, so an issued key does not reach it. Use the server token (API_TOKEN) for this.`
        : 'An issued key reads its own usage, and changes nothing. Use the server token (API_TOKEN) to manage keys.',
  });
}

/** The refusal of an issued key that there is not, was revoked, or is not known: one text for all, byte for byte. */
export function unknownKey(): GatewayError {
  return new GatewayError({
    status: 401,
    code: 'invalid_api_key',
    message:
      'Authentication failed: this key (sk-nx-...) is not one that this server has issued, or it was revoked. Ask its operator for another.',
    headers: CHALLENGE,
  });
}

/** Where the server has no key there is no account behind it, and nothing in it to be kept from anybody. */
function stateless({ endpoint, own }: Asked, by: 'session' | 'open', { hasKey }: Settings): Payer {
  const isHarmless = !hasKey && endpoint !== 'admin' && own === undefined;
  if (endpoint === 'stateless' || isHarmless) return { pays: 'server', by };
  throw new GatewayError({
    status: 403,
    code: 'endpoint_not_allowed',
    message: `${whyClosed(endpoint, 'the account behind the key')}, so it is open only to the server token (API_TOKEN) or to a key of your own: send one of them as "Authorization: Bearer".`,
  });
}

function whyClosed(endpoint: EndpointKind, account: string): string {
  return endpoint === 'unknown'
    ? `The gateway does not know this endpoint, which may keep things in ${account}`
    : `This endpoint keeps things in ${account}`;
}

function adminRefused(): GatewayError {
  return new GatewayError({
    status: 403,
    code: 'endpoint_not_allowed',
    message:
      'This gateway does not forward organization and project administration. Its operator can allow it with ALLOW_ADMIN_PATHS=true.',
  });
}

function clientKeysDisabled(settings: Settings): GatewayError {
  const withoutToken = isMisconfigured(settings) ? misconfiguration(settings) : 'Leave the key out.';
  const cure =
    settings.apiToken === undefined
      ? withoutToken
      : 'Send its token (API_TOKEN) as "Authorization: Bearer" instead.';
  return new GatewayError({
    status: 401,
    code: 'client_keys_disabled',
    message: `This gateway does not accept keys of your own (ALLOW_CLIENT_KEYS is off: set to false, or unset on a closed server whose upstream checks no keys). ${cure}`,
    headers: CHALLENGE,
  });
}

function crossOriginRefused(): GatewayError {
  return new GatewayError({
    status: 403,
    code: 'cross_origin_refused',
    message:
      "A web page of another origin may not use this server's credentials. Send a key of your own or the server token, or let the operator add the origin to CORS_ORIGINS.",
  });
}

/** RFC 9110, section 11.6.1. */
const CHALLENGE = { 'www-authenticate': 'Bearer' };

const REASONS: Record<AuthReason, string> = {
  behind_proxy: 'REQUIRE_AUTH is unset, and the request came through a proxy, so it may be from anywhere',
  set: 'REQUIRE_AUTH is true',
  local: '',
  nothing_to_spend: '',
  fresh_deployment:
    'REQUIRE_AUTH is unset, and a server with a key that could be charged is not open to everybody',
};

function unauthorized(missing: boolean, settings: Settings): GatewayError {
  const what = missing
    ? "You didn't provide an API key"
    : 'Authentication failed: the API key is neither the token of this server nor a key of the form it accepts';
  const cure = settings.allowClientKeys
    ? 'Send the server token (API_TOKEN) or a key of your own as "Authorization: Bearer KEY"'
    : 'Send the server token (API_TOKEN) as "Authorization: Bearer TOKEN"';
  return new GatewayError({
    status: 401,
    code: 'invalid_api_key',
    message: `${what}. ${cure}. (${REASONS[settings.requireAuthReason]}.)`,
    headers: CHALLENGE,
  });
}

function misconfiguration({ requireAuthReason }: Settings): string {
  return `This server requires a token, but API_TOKEN is not set (${REASONS[requireAuthReason]}). Its operator must set API_TOKEN, or open the server with REQUIRE_AUTH=false.`;
}

function misconfigured(settings: Settings): GatewayError {
  return new GatewayError({
    status: 500,
    code: 'server_misconfigured',
    message: misconfiguration(settings),
    retry: false,
  });
}
