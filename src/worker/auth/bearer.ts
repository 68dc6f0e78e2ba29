/** The caller's own token: where clients put it, and how it is read from there. */

/** The prefix that marks a key among a browser WebSocket's subprotocols (OpenAI's realtime guide). */
export const KEY_SUBPROTOCOL = 'openai-insecure-api-key.';

/**
 * The token of `Authorization: Bearer` (scheme in any case, spaces tolerated), else of `api-key` or `x-api-key`,
 * else of a WebSocket's key subprotocol. An empty one is none.
 */
export function bearerOf(headers: Headers): string | undefined {
  return (
    authorizationToken(headers.get('authorization')) ??
    token(headers.get('api-key')) ??
    token(headers.get('x-api-key')) ??
    subprotocolToken(headers.get('sec-websocket-protocol'))
  );
}

function authorizationToken(header: string | null): string | undefined {
  const match = header === null ? null : /^\s*bearer\s+(.*)$/i.exec(header);
  return token(match?.[1] ?? null);
}

function subprotocolToken(header: string | null): string | undefined {
  const offered = header?.split(',').map((protocol) => protocol.trim()) ?? [];
  const key = offered.find((protocol) => protocol.startsWith(KEY_SUBPROTOCOL));
  return token(key?.slice(KEY_SUBPROTOCOL.length) ?? null);
}

function token(text: string | null): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
