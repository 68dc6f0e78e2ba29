/** Every other call under `/v1`: relayed natively, both bodies untouched and unbuffered, WebSockets included. */
import { type Context, Hono } from 'hono';
import type { Payer } from '../access/decide.ts';
import { isHeldToStateless, lookedAt, refusalOfState } from '../access/stateless.ts';
import type { AppEnv } from '../env.ts';
import type { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { requireObject, unreadableBody } from '../http/invalid-body.ts';
import { setMembers } from '../http/json/members.ts';
import { MemberNames, scanJson } from '../http/json/scan.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { holdBody } from '../middleware/held-body.ts';
import { identify } from '../middleware/identify.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { isRouted } from '../routing/resolve.ts';
import { modelIn, serveModel } from '../routing/serve-model.ts';
import { callUpstream } from '../upstream/call.ts';
import { withFilled } from '../upstream/completion-call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';
import { isUpgrade, openWebSocket } from '../upstream/websocket.ts';
import { admitWebSocket, keyOf } from './key-access.ts';
import { upstreamContext } from './upstream-context.ts';

/** The runtime can send no body with these, and RFC 9110, sections 9.3.1 and 9.3.2, gives one no meaning. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export const relay = new Hono<AppEnv>()
  // An upstream answers TRACE with the request as it got it, the key that pays included (RFC 9110, section 9.3.8).
  .on('TRACE', '/v1/*', methodNotAllowed('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'))
  .all('/v1/*', identify, (c) => relayRequest(c));

/** Relays a request whose payer is known. */
export async function relayRequest(c: Context<AppEnv>): Promise<Response> {
  const context = upstreamContext(c);
  const request = {
    method: c.req.method,
    path: c.req.path,
    query: c.get('query'),
    body: BODILESS.has(c.req.method) ? null : c.req.raw.body,
  };
  const headers = (at = context) => requestHeaders(c.get('headers'), at);
  const endpoint = c.req.path.slice('/v1/'.length);
  const isBooked = context.account.isBooked && c.req.method === 'POST';
  const key = isBooked ? undefined : await keyOf(c);
  if (isUpgrade(c.req.method, c.get('headers'))) {
    if (key !== undefined) await admitWebSocket(key, c.req.query('model') ?? '', context);
    return openWebSocket({ ...request, headers: headers() }, c.get('headers'), context);
  }
  const names = isHeldToStateless(context.payer, context.settings)
    ? lookedAt(request.method, request.path)
    : undefined;
  const isJsonCall = isJsonPost(request.method, c.get('headers'));
  if (isBooked && !isJsonCall) {
    const pass = async (_: string, at: UpstreamContext) =>
      relayAnyAnswer(await callUpstream({ ...request, headers: headers(at) }, at), at);
    return serveModel('', context, pass, { endpoint, body: undefined });
  }
  const isRead = isBooked || names !== undefined || isRouted(context.settings.routing);
  if (!isRead || !isJsonCall) {
    return relayAnyAnswer(await callUpstream({ ...request, headers: headers() }, context), context);
  }

  const { bytes: body, release } = await holdBody(c);
  try {
    let stateRefusal: GatewayError | undefined;
    const scan = scanJson(body, names ?? MODEL_ONLY);
    if (names !== undefined) {
      if (scan.kind !== 'json') throw unreadableBody(scan.kind);
      requireObject(body, scan);
      stateRefusal = refusalOfState(request.method, request.path, body, scan);
      if (stateRefusal !== undefined && !isKey(context.payer)) throw stateRefusal;
    }
    const asked = scan.kind === 'json' ? modelIn(body, scan) : undefined;
    const callFor = async (model: string | undefined, at: UpstreamContext) => {
      // Only the key's object knows whether the account's stored responses are open to it.
      if (stateRefusal !== undefined && !at.account.mayStore) throw stateRefusal;
      const members = {
        ...at.account.fills(),
        ...(model === (asked ?? '') || model === undefined ? {} : { model: JSON.stringify(model) }),
      };
      const filled = Object.keys(members);
      const sent = filled.length === 0 ? body : setMembers(body, members);
      const answer = await callUpstream({ ...request, headers: headers(at), body: sent }, at);
      return withFilled(await relayAnyAnswer(answer, at), filled);
    };
    const isUnrouted = asked === undefined || !isRouted(context.settings.routing);
    if (isUnrouted && !isBooked) return await callFor(asked, context);
    return await serveModel(asked ?? '', context, callFor, { endpoint, body });
  } finally {
    release();
  }
}

const MODEL_ONLY = new MemberNames(['model']);

function isKey(payer: Payer): boolean {
  return payer.pays === 'server' && payer.by === 'key';
}

/** Only such a body can name a model; multipart bodies go to the default upstream as they stream in. */
function isJsonPost(method: string, headers: HeaderFields): boolean {
  return method === 'POST' && isJson(mediaType(headers.get('content-type')));
}
