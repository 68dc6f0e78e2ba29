/** The caller's own token: where clients put it, and how it is read from there. */

import type { HeaderFields } from '../http/header-fields.ts';

/** The prefix that marks a key among a browser WebSocket's subprotocols (OpenAI's realtime guide). */
export const KEY_SUBPROTOCOL = 'openai-insecure-api-key.';

/** Where clients put a token, the place that counts first in front. */
const PLACES: readonly ((headers: HeaderFields) => string | undefined)[] = [
  (headers) => authorizationToken(headers.get('authorization')),
  (headers) => token(headers.get('api-key')),
  (headers) => token(headers.get('x-api-key')),
  (headers) => subprotocolToken(headers.get('sec-websocket-protocol')),
];

/**
 * The token of `Authorization: Bearer` (scheme in any case, spaces tolerated), else of `api-key` or `x-api-key`,
 * else of a WebSocket's key subprotocol. An empty one is none.
 */
export function bearerOf(headers: HeaderFields): string | undefined {
  for (const place of PLACES) {
    const found = place(headers);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every token and key that a request carries, not only the one that counts: none of them may ever be logged. */
export function credentialsOf(headers: HeaderFields): readonly string[] {
  return PLACES.map((place) => place(headers)).filter((found) => found !== undefined);
}

function authorizationToken(header: string | null | undefined): string | undefined {
  return token(/^\s*bearer\s+(.*)$/i.exec(header ?? '')?.[1]);
}

function subprotocolToken(header: string | null | undefined): string | undefined {
  const offered = header?.split(',').map((protocol) => protocol.trim()) ?? [];
  const key = offered.find((protocol) => protocol.startsWith(KEY_SUBPROTOCOL));
  return token(key?.slice(KEY_SUBPROTOCOL.length));
}

function token(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
