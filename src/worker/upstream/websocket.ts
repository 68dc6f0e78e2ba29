/** WebSocket calls (`/v1/realtime` and others): the runtime couples both ends, the gateway only sees the handshake. */
import { KEY_SUBPROTOCOL } from '../access/bearer.ts';
import type { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { upstreamFailure } from '../http/upstream-failure.ts';
import { callUpstream, type UpstreamRequest } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { responseHeaders } from './headers.ts';
import { passError } from './pass-on.ts';

/** Whether a request asks for a WebSocket, which only a GET can (RFC 6455, section 4.1). */
export function isUpgrade(method: string, headers: HeaderFields): boolean {
  return method === 'GET' && headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/**
 * Opens the upstream's WebSocket and answers 101 with it. A browser's key among the subprotocols never travels on:
 * whatever key pays goes in `Authorization`.
 * @throws {GatewayError} 502 `upstream_error` when the upstream answers without upgrading.
 */
export async function openWebSocket(
  request: UpstreamRequest,
  client: HeaderFields,
  context: UpstreamContext,
): Promise<Response> {
  request.headers['upgrade'] = 'websocket';
  const protocols = offeredProtocols(client, context.payer.pays === 'client');
  if (protocols !== '') request.headers['sec-websocket-protocol'] = protocols;

  const upstream = await callUpstream({ ...request, body: null }, context);
  if (upstream.status >= 400) return passError(upstream, context);
  const { webSocket } = upstream.response;
  if (webSocket === null) {
    await upstream.body?.cancel();
    throw notUpgraded();
  }
  const headers = responseHeaders(upstream.headers, context);
  const chosen = upstream.headers.get('sec-websocket-protocol');
  if (chosen !== undefined) headers['sec-websocket-protocol'] = chosen;
  return new Response(null, { status: 101, webSocket, headers });
}

/** OpenAI's realtime guide lets browsers, which can set no header, say these in subprotocols. */
const ACCOUNT_SUBPROTOCOL = /^openai-(?:organization|project)\./i;

function offeredProtocols(client: HeaderFields, keepAccount: boolean): string {
  const offered = client.get('sec-websocket-protocol')?.split(',') ?? [];
  return offered
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '' && !protocol.toLowerCase().startsWith(KEY_SUBPROTOCOL))
    .filter((protocol) => keepAccount || !ACCOUNT_SUBPROTOCOL.test(protocol))
    .join(', ');
}

function notUpgraded(): GatewayError {
  return upstreamFailure('The upstream answered without opening a WebSocket. It may not have this endpoint.');
}
