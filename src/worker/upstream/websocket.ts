/** WebSocket calls (`/v1/realtime` and others): the runtime couples both ends, the gateway only sees the handshake. */
import { KEY_SUBPROTOCOL } from '../auth/bearer.ts';
import { GatewayError } from '../errors.ts';
import { callUpstream, type UpstreamRequest } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { responseHeaders } from './headers.ts';
import { passError } from './pass-on.ts';

/** Whether a request asks for a WebSocket (RFC 6455, section 4.2.1). */
export function isUpgrade(headers: Headers): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/**
 * Opens the upstream's WebSocket and answers 101 with it. A browser's key among the subprotocols never travels on:
 * whatever key pays goes in `Authorization`.
 * @throws {GatewayError} 502 `upstream_error` when the upstream answers without upgrading.
 */
export async function openWebSocket(
  request: UpstreamRequest,
  client: Headers,
  context: UpstreamContext,
): Promise<Response> {
  request.headers.set('upgrade', 'websocket');
  const protocols = offeredProtocols(client);
  if (protocols !== '') request.headers.set('sec-websocket-protocol', protocols);

  const upstream = await callUpstream({ ...request, body: null }, context);
  if (upstream.status >= 400) return passError(upstream, context);
  if (upstream.webSocket === null) throw notUpgraded();
  const headers = responseHeaders(upstream.headers);
  const chosen = upstream.headers.get('sec-websocket-protocol');
  if (chosen !== null) headers.set('sec-websocket-protocol', chosen);
  return new Response(null, { status: 101, webSocket: upstream.webSocket, headers });
}

function offeredProtocols(client: Headers): string {
  const offered =
    client
      .get('sec-websocket-protocol')
      ?.split(',')
      .map((protocol) => protocol.trim()) ?? [];
  return offered.filter((protocol) => protocol !== '' && !protocol.startsWith(KEY_SUBPROTOCOL)).join(', ');
}

function notUpgraded(): GatewayError {
  return new GatewayError({
    status: 502,
    code: 'upstream_error',
    message: 'The upstream answered without opening a WebSocket. It may not have this endpoint.',
    headers: { 'x-should-retry': 'false' },
  });
}
