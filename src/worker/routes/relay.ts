/** Every other call under `/v1`: relayed natively, both bodies untouched, WebSockets included. */
import { type Context, Hono } from 'hono';
import { isKeyPayer } from '../access/decide.ts';
import { isHeldToStateless, lookedAt, refusalOfState } from '../access/stateless.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { requireObject, unreadableBody } from '../http/invalid-body.ts';
import { setMembers } from '../http/json/members.ts';
import { type MemberNames, scanJson } from '../http/json/scan.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { codingOf, packBody, unpackBody } from '../http/packed-body.ts';
import { endsInSlash } from '../http/path.ts';
import { countsInBody } from '../ledger/estimate.ts';
import { holdBody } from '../middleware/held-body.ts';
import { identify } from '../middleware/identify.ts';
import { requireJson } from '../middleware/json-body.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import {
  beginsObject,
  modelInBody,
  modelInPath,
  modelInQuery,
  type NamedModel,
  pathOfModel,
  withModelInQuery,
} from '../routing/asked-model.ts';
import { isRouted } from '../routing/resolve.ts';
import { serveModel } from '../routing/serve-model.ts';
import { NO_ACCOUNT } from '../upstream/account.ts';
import { callUpstream, type UpstreamRequest } from '../upstream/call.ts';
import { withFilled } from '../upstream/completion-call.ts';
import { keepsNothing, type UpstreamContext } from '../upstream/context.ts';
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

/** A request on its way: what goes to whichever upstream its model leads to. */
interface Passing {
  readonly context: UpstreamContext;
  readonly request: Omit<UpstreamRequest, 'headers'>;
  readonly headers: HeaderFields;
  /** The path below `/v1`. */
  readonly endpoint: string;
  /** Whether a ledger or a key's budget takes account of it. */
  readonly isBooked: boolean;
}

/** Relays a request whose payer is known. */
export async function relayRequest(c: Context<AppEnv>): Promise<Response> {
  const { method, path } = c.req;
  const headers = c.get('headers');
  const asking = upstreamContext(c);
  const isBooked = asking.account.isBooked && method === 'POST';
  const key = isBooked ? undefined : await keyOf(c);
  const passing: Passing = {
    context: asking.account.isBooked && !isBooked ? { ...asking, account: NO_ACCOUNT } : asking,
    request: {
      method,
      path: endsInSlash(c.req.raw.url) ? `${path}/` : path,
      query: c.get('query'),
      body: BODILESS.has(method) ? null : c.req.raw.body,
    },
    headers,
    endpoint: path.slice('/v1/'.length),
    isBooked,
  };
  if (isUpgrade(method, headers)) {
    const model = modelInQuery(passing.request.query);
    if (model === undefined && asking.settings.routing.upstreams.length > 1) throw modelComesLater();
    if (key !== undefined) await admitWebSocket(key, model ?? '', asking);
    return serve(passing, { named: model }, (request, at) => openWebSocket(request, headers, at));
  }
  const names = isHeldToStateless(asking.payer, asking.settings) ? lookedAt(method, path) : undefined;
  const type = mediaType(headers.get('content-type'));
  if (names !== undefined && type !== FORM) requireJson(headers);
  if (!isRead(passing, type, names !== undefined))
    return serve(passing, { named: modelInPath(path) ?? modelInQuery(passing.request.query) }, pass);

  const { bytes, release } = await holdBody(c);
  try {
    return await serve(passing, await lookedInto(passing, bytes, names), pass);
  } finally {
    release();
  }
}

const pass = async (request: UpstreamRequest, at: UpstreamContext): Promise<Response> =>
  relayAnyAnswer(await callUpstream(request, at), at);

const FORM = 'multipart/form-data';

/** Types under which a body may name a model: clients send JSON without a type, and as the text that `curl -d` names. */
const NAMING_TYPES: ReadonlySet<string> = new Set([
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  FORM,
]);

/** Uploads to an account, which are long and name no model. */
const NAMELESS = /^(?:files|uploads|containers|skills|vector_stores|batches)(?:\/|$)/;

/** Whether the body has to be read: where it decides about the upstream or the price, or may not pass unread. */
function isRead({ context, request, endpoint, isBooked }: Passing, type: string, isHeld: boolean): boolean {
  if (request.body === null) return false;
  const isJsonPost = request.method === 'POST' && isJson(type);
  if ((isBooked || isHeld) && isJsonPost) return true;
  if (isBooked && countsInBody(endpoint)) return true;
  if (!isRouted(context.settings.routing) || NAMELESS.test(endpoint)) return false;
  // A body that streams past could not be sent to a second target.
  return isJson(type) || NAMING_TYPES.has(type) || modelInQuery(request.query) !== undefined;
}

/** What is known of a request before its upstream is chosen. */
interface Known {
  /** The model, and how it is renamed: in the body, or in the path or query where it is a mere name. */
  readonly named: NamedModel | string | undefined;
  /** The body, unpacked; undefined for one that streams past. */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** The same bytes as they came, and the coding under which they came. */
  readonly came?: Uint8Array<ArrayBuffer>;
  readonly coding?: string;
  /** Members can be set in the body. */
  readonly isObject?: boolean;
  /** Thrown for whoever may not store, which an issued key's account alone knows. */
  readonly stateRefusal?: GatewayError | undefined;
}

/** @throws {GatewayError} 400 for what may not pass unread, and where the model cannot be read and matters. */
async function lookedInto(
  { context, request, headers }: Passing,
  came: Uint8Array<ArrayBuffer>,
  names: MemberNames | undefined,
): Promise<Known> {
  const { payer, settings } = context;
  const coding = codingOf(headers.get('content-encoding'));
  const body = coding === '' ? came : await unpackBody(came, coding, settings.maxBodyBytes);
  const contentType = headers.get('content-type') ?? '';
  const isJsonCall = isJson(mediaType(contentType));
  const inBody = body === undefined ? 'unreadable' : modelInBody(body, contentType);
  let stateRefusal: GatewayError | undefined;
  if (names !== undefined && isJsonCall && body !== undefined) {
    const scan = scanJson(body, names);
    if (scan.kind !== 'json') throw unreadableBody(scan.kind);
    requireObject(body, scan);
    stateRefusal = refusalOfState(request.method, request.path, body, scan);
    if (stateRefusal !== undefined && !isKeyPayer(payer)) throw stateRefusal;
  }
  const inQuery = modelInQuery(request.query);
  if (inBody === 'unreadable' && inQuery === undefined && settings.routing.upstreams.length > 1) {
    throw isJsonCall && body !== undefined ? unreadableBody() : modelUnreadable();
  }
  const known = { came, stateRefusal, named: inBody === 'unreadable' ? inQuery : (inBody ?? inQuery) };
  if (body === undefined) return { ...known, body: came };
  return { ...known, body, coding, isObject: isJsonCall && inBody !== 'unreadable' && beginsObject(body) };
}

/** Serves at the upstream that the model leads to, under the model's name there; without a model, at the default one. */
async function serve(
  { context, request, headers, endpoint, isBooked }: Passing,
  { named, body, came, coding = '', isObject = false, stateRefusal }: Known,
  send: (request: UpstreamRequest, at: UpstreamContext) => Promise<Response>,
): Promise<Response> {
  const asked = typeof named === 'object' ? named.model : named;
  const callFor = async (model: string | undefined, at: UpstreamContext): Promise<Response> => {
    if (stateRefusal !== undefined && keepsNothing(at)) throw stateRefusal;
    const isRenamed = model !== undefined && model !== (asked ?? '');
    const inBody = typeof named === 'object' ? named : undefined;
    let sent = isRenamed && inBody !== undefined ? inBody.renamed(model) : body;
    const members: Record<string, string> = isObject ? { ...at.account.fills() } : {};
    // An account may name the model for a request that names none.
    if (isRenamed && asked === undefined && isObject) members['model'] = JSON.stringify(model);
    const filled = Object.keys(members);
    if (sent !== undefined && filled.length > 0) sent = setMembers(sent, members);
    if (isRenamed && asked !== undefined) filled.push('model');
    const isElsewhere = isRenamed && asked !== undefined && inBody === undefined;
    const isInPath = isElsewhere && modelInPath(request.path) !== undefined;
    const answer = await send(
      {
        ...request,
        path: isInPath ? pathOfModel(model) : request.path,
        query: isElsewhere && !isInPath ? withModelInQuery(request.query, model) : request.query,
        headers: requestHeaders(headers, at),
        body:
          sent === undefined ? request.body : sent === body ? (came ?? sent) : await packBody(sent, coding),
      },
      at,
    );
    return withFilled(answer, filled);
  };
  const isUnrouted = asked === undefined || !isRouted(context.settings.routing);
  if (isUnrouted && !isBooked) {
    if (request.method === 'POST') {
      await context.account.open({ model: asked ?? '', targets: [], endpoint, body: undefined });
    }
    return callFor(asked, context);
  }
  const contentType = headers.get('content-type') ?? '';
  return serveModel(asked ?? '', context, callFor, { endpoint, body, contentType });
}

function modelUnreadable(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'unreadable_model',
    param: 'model',
    message:
      'The model, which decides between several upstreams here, cannot be read. Send it whole and uncompressed, or name the model in the address (?model=...).',
  });
}

/** The 426 for a WebSocket that would tell its model only once it is open (RFC 9110, section 15.5.22). */
export function modelComesLater(): GatewayError {
  return new GatewayError({
    status: 426,
    code: 'upgrade_not_supported',
    message:
      'The model, which decides between several upstreams here, must be known before a WebSocket opens: name it in the address (?model=...), or send a POST.',
  });
}
