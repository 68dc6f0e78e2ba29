/** Every other call under `/v1`: relayed natively, both bodies untouched and unbuffered, WebSockets included. */
import { Hono } from 'hono';
import {
  isHeldToStateless,
  lookedAt,
  refuseState,
  storesAnswers,
  unstoredMembers,
} from '../access/stateless.ts';
import type { AppEnv } from '../env.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { requireObject, unreadableBody } from '../http/invalid-body.ts';
import { setMembers } from '../http/json/members.ts';
import { MemberNames, scanJson } from '../http/json/scan.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { holdBody } from '../middleware/held-body.ts';
import { identify } from '../middleware/identify.ts';
import { requireJson } from '../middleware/json-body.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { isRouted } from '../routing/resolve.ts';
import { modelIn, serveModel } from '../routing/serve-model.ts';
import { callUpstream } from '../upstream/call.ts';
import { withFilled } from '../upstream/completion-call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
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
    const headers = (at = context) => requestHeaders(c.get('headers'), at);
    if (isUpgrade(c.req.method, c.get('headers'))) {
      return openWebSocket({ ...request, headers: headers() }, c.get('headers'), context);
    }
    const names = isHeldToStateless(context.payer) ? lookedAt(request.method, request.path) : undefined;
    const stores = names !== undefined && storesAnswers(request.method, request.path);
    // What an upstream takes for JSON all the same must not pass unseen.
    if (stores) requireJson(c.get('headers'));
    const isRead = names !== undefined || isRouted(context.settings.routing);
    if (!isRead || !isJsonPost(request.method, c.get('headers'))) {
      return relayAnyAnswer(await callUpstream({ ...request, headers: headers() }, context), context);
    }

    const { bytes: body, release } = await holdBody(c);
    try {
      const scan = scanJson(body, names ?? MODEL_ONLY);
      if (names !== undefined) {
        if (scan.kind !== 'json') throw unreadableBody(scan.kind);
        requireObject(body, scan);
        refuseState(request.method, request.path, body, scan);
      }
      const asked = scan.kind === 'json' ? modelIn(body, scan) : undefined;
      const callFor = async (model: string | undefined, at: UpstreamContext) => {
        const members = {
          ...(model === asked ? {} : { model: JSON.stringify(model) }),
          ...(stores && scan.kind === 'json' ? unstoredMembers(body, scan, model, at.upstream) : {}),
        };
        const filled = Object.keys(members);
        const sent = filled.length === 0 ? body : setMembers(body, members);
        const answer = await callUpstream({ ...request, headers: headers(at), body: sent }, at);
        return withFilled(await relayAnyAnswer(answer, at), filled);
      };
      if (asked === undefined || !isRouted(context.settings.routing)) return await callFor(asked, context);
      return await serveModel(asked, context, callFor);
    } finally {
      release();
    }
  });

const MODEL_ONLY = new MemberNames(['model']);

/** Only such a body can name a model; multipart bodies go to the default upstream as they stream in. */
function isJsonPost(method: string, headers: HeaderFields): boolean {
  return method === 'POST' && isJson(mediaType(headers.get('content-type')));
}
