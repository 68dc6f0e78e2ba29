/** Every other call under `/v1`: relayed natively, both bodies untouched and unbuffered, WebSockets included. */
import { Hono } from 'hono';
import { identify } from '../auth/identify.ts';
import type { AppEnv } from '../env.ts';
import { methodNotAllowed } from '../request/method-not-allowed.ts';
import { callUpstream } from '../upstream/call.ts';
import { upstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';
import { isUpgrade, openWebSocket } from '../upstream/websocket.ts';

/** The runtime can send no body with these, and RFC 9110, sections 9.3.1 and 9.3.2, gives one no meaning. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export const relay = new Hono<AppEnv>()
  // An upstream answers TRACE with the request as it got it, the key that pays included (RFC 9110, section 9.3.8).
  .on('TRACE', '/v1/*', methodNotAllowed('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'))
  .all('/v1/*', identify, async (c) => {
    const context = upstreamContext(c);
    const request = {
      method: c.req.method,
      path: c.req.path,
      query: c.get('query'),
      headers: requestHeaders(c.req.raw.headers, context.payer.pays === 'client'),
      body: BODILESS.has(c.req.method) ? null : c.req.raw.body,
    };
    if (isUpgrade(c.req.raw)) return openWebSocket(request, c.req.raw.headers, context);
    return relayAnyAnswer(await callUpstream(request, context), context);
  });
