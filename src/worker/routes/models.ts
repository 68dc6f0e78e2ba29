/** `GET /v1/models` and `/v1/models/{id}`: the upstream's list with the assistant in it, or a useful one without it. */
import { type Context, Hono } from 'hono';
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { ASSISTANT, CREATED_S, ownModels } from '../config/models.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { redact } from '../http/redact.ts';
import { cutAnswer, unusableAnswer } from '../http/upstream-failure.ts';
import { identify } from '../middleware/identify.ts';
import { modelInPath } from '../routing/asked-model.ts';
import { aliasModels, listModels } from '../routing/model-list.ts';
import { isRouted } from '../routing/resolve.ts';
import { callUpstream, secretsOf } from '../upstream/call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { type HeaderRecord, requestHeaders, responseHeaders } from '../upstream/headers.ts';
import { type ModelList, readModelList } from '../upstream/model-list.ts';
import { passError } from '../upstream/pass-on.ts';
import type { Received } from '../upstream/received.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';
import { allowedModels, keyOf } from './key-access.ts';
import { upstreamContext } from './upstream-context.ts';

/** A list is asked for by people who wait; an upstream that is away must not keep them. */
const LIST_TIMEOUT_MS = 10_000;

/** Ask for less than the whole list, which the gateway could not read. */
const PARTIAL = ['range', 'if-match', 'if-none-match', 'if-modified-since'];

export const models = new Hono<AppEnv>()
  .get('/v1/models', identify, async (c) => {
    const key = await keyOf(c);
    const context = upstreamContext(c);
    const own = allowedModels(ownModels(c.var.settings), key);
    if (isRouted(c.var.settings.routing))
      return collected({ object: 'list', data: allowedModels(await allModels(c, context), key) }, context);
    const upstream = await ask(c.get('headers'), c.req.path, c.var.query, context);
    if (upstream === undefined) return c.json({ object: 'list', data: own });
    const read = await readModelList(upstream);
    if (read.kind === 'none') return c.json({ object: 'list', data: own });
    if (read.kind === 'refused') return passError(upstream, context);
    if (read.kind === 'cut') throw cutAnswer();
    if (read.kind === 'unusable')
      throw unusableAnswer('something else', 'OPENAI_API_BASE', 'a list of models');
    const headers = responseHeaders(upstream.headers, context);
    headers['content-type'] = 'application/json';
    // They describe the upstream's own bytes, and the assistant has joined them.
    for (const name of ['etag', 'last-modified', 'accept-ranges']) delete headers[name];
    const list = withAssistant(read.list);
    return collected({ ...list, data: allowedModels(list.data, key) }, context, headers);
  })
  .get('/v1/models/*', identify, async (c) => {
    const key = await keyOf(c);
    const context = upstreamContext(c);
    const id = modelInPath(c.req.path) ?? '';
    if (allowedModels([{ id }], key).length === 0) throw unknownModel();
    if (isRouted(c.var.settings.routing)) {
      const found = (await allModels(c, context)).find((model) => model['id'] === id);
      if (found === undefined) throw unknownModel();
      return collected(found, context);
    }
    const own = ownModels(c.var.settings).find((model) => model.id === id);
    if (own?.owned_by === 'nexcode') return c.json(own);
    const upstream = await ask(c.get('headers'), c.req.path, c.var.query, context);
    if (own !== undefined && (upstream === undefined || isLacking(upstream.status))) return c.json(own);
    if (upstream === undefined) throw unknownModel();
    return relayAnyAnswer(upstream, context);
  });

/** What upstreams say of models, in the gateway's own writing: a key that one of them repeats is not told on. */
function collected(
  value: unknown,
  context: UpstreamContext,
  headers: HeaderRecord = { 'content-type': 'application/json' },
): Response {
  return new Response(redact(JSON.stringify(value), secretsOf(context)), { headers });
}

/** With many upstreams: the assistant, the aliases, and what each upstream lists. */
async function allModels(
  c: Context<AppEnv>,
  context: UpstreamContext,
): Promise<readonly Record<string, unknown>[]> {
  const listed = await listModels((at) => listHeaders(c.get('headers'), at), context);
  return [ASSISTANT, ...aliasModels(context.settings.routing, context.payer, CREATED_S), ...listed].map(
    (model) => ({
      ...model,
    }),
  );
}

/** An upstream's list in OpenAI's form, with the assistant before it. */
function withAssistant({ models: listed, head }: ModelList) {
  const assistant = listed.some(({ id }) => id === ASSISTANT_MODEL) ? [] : [ASSISTANT];
  return { object: 'list', ...head, data: [...assistant, ...listed] };
}

/** The client's headers for a question that must bring a whole list. */
function listHeaders(client: HeaderFields, context: UpstreamContext): HeaderRecord {
  const headers = requestHeaders(client, context);
  for (const name of PARTIAL) delete headers[name];
  return headers;
}

/** The upstream's answer, or undefined when it cannot be reached or there is no key for it. */
async function ask(
  client: HeaderFields,
  path: string,
  query: string,
  context: UpstreamContext,
): Promise<Received | undefined> {
  const stop = AbortSignal.timeout(LIST_TIMEOUT_MS);
  const headers = listHeaders(client, context);
  try {
    return await callUpstream({ method: 'GET', path, query, headers, body: null }, { ...context, stop });
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** Statuses of an upstream that has no such endpoint or is in no state to answer; others say something to the caller. */
function isLacking(status: number): boolean {
  return status === 404 || status === 405 || status >= 500;
}

function unknownModel(): GatewayError {
  return new GatewayError({
    status: 404,
    code: 'model_not_found',
    param: 'model',
    message: 'The model is unknown here. GET /v1/models lists what can be used.',
  });
}
