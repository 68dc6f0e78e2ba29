/** Every other call under `/v1`: relayed natively, both bodies untouched and unbuffered, WebSockets included. */
import { Hono } from 'hono';
import type { AppEnv } from '../env.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { holdBody } from '../middleware/held-body.ts';
import { identify } from '../middleware/identify.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { isRouted } from '../routing/resolve.ts';
import { modelIn, serveModel, withModel } from '../routing/serve-model.ts';
import { callUpstream } from '../upstream/call.ts';
import { requestHeaders } from '../upstream/headers.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';
import { isUpgrade, openWebSocket } from '../upstream/websocket.ts';
import { upstreamContext } from './upstream-context.ts';

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
      body: BODILESS.has(c.req.method) ? null : c.req.raw.body,
    };
    const headers = () => requestHeaders(c.get('headers'), context.payer.pays === 'client');
    if (isUpgrade(c.req.method, c.get('headers'))) {
      return openWebSocket({ ...request, headers: headers() }, c.get('headers'), context);
    }
    if (!isRouted(context.settings.routing) || !isJsonPost(c.req.method, c.get('headers'))) {
      return relayAnyAnswer(await callUpstream({ ...request, headers: headers() }, context), context);
    }

    const { bytes: body, release } = await holdBody(c);
    try {
      const asked = modelIn(body);
      if (asked === undefined) {
        const upstream = await callUpstream({ ...request, headers: headers(), body }, context);
        return await relayAnyAnswer(upstream, context);
      }
      return await serveModel(asked, context, async (model, at) => {
        const routed = { ...request, headers: headers(), body: withModel(body, asked, model) };
        return relayAnyAnswer(await callUpstream(routed, at), at);
      });
    } finally {
      release();
    }
  });

/** Only such a body can name a model; multipart bodies go to the default upstream as they stream in. */
function isJsonPost(method: string, headers: HeaderFields): boolean {
  return method === 'POST' && isJson(mediaType(headers.get('content-type')));
}
