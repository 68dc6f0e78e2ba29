/** Every other call under `/v1`: relayed natively, both bodies untouched and unbuffered, WebSockets included. */
import { Hono } from 'hono';
import { identify } from '../auth/identify.ts';
import type { AppEnv } from '../env.ts';
import { callUpstream } from '../upstream/call.ts';
import { upstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';
import { isUpgrade, openWebSocket } from '../upstream/websocket.ts';

export const relay = new Hono<AppEnv>().all('/v1/*', identify, async (c) => {
  const context = upstreamContext(c);
  const request = {
    method: c.req.method,
    path: c.req.path,
    query: c.get('query'),
    headers: requestHeaders(c.req.raw.headers, context.payer.pays === 'client'),
    body: c.req.raw.body,
  };
  if (isUpgrade(c.req.raw.headers)) return openWebSocket(request, c.req.raw.headers, context);
  return relayAnyAnswer(await callUpstream(request, context), context);
});
