/** `GET /v1/models` and `/v1/models/{id}`: the upstream's list with the assistant in it, or a useful one without it. */
import { Hono } from 'hono';
import { identify } from '../auth/identify.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../errors.ts';
import { parseJson } from '../json/read.ts';
import { ownModels, withOwnModels } from '../models.ts';
import { callUpstream } from '../upstream/call.ts';
import { type UpstreamContext, upstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';
import { passError } from '../upstream/pass-on.ts';
import { readText } from '../upstream/read-text.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';

/** OpenRouter's list, the longest known, has less than 1 MB. */
const LIST_LIMIT_BYTES = 16 * 1024 * 1024;

/** A list is asked for by people who wait; an upstream that is away must not keep them. */
const LIST_TIMEOUT_MS = 10_000;

export const models = new Hono<AppEnv>()
  .get('/v1/models', identify, async (c) => {
    const context = upstreamContext(c);
    const own = ownModels(c.var.settings);
    const upstream = await ask(c.req.raw.headers, c.req.path, c.var.query, context);
    if (upstream === undefined || isLacking(upstream.status)) return c.json({ object: 'list', data: own });
    if (upstream.status >= 400) return passError(upstream, context);
    const { kind, text } = await readText(upstream.body, LIST_LIMIT_BYTES);
    const list = kind === 'whole' ? withOwnModels(parseJson(text), own) : undefined;
    return c.json(list ?? { object: 'list', data: own });
  })
  .get('/v1/models/*', identify, async (c) => {
    const context = upstreamContext(c);
    const id = decodeURIComponent(c.req.path.slice('/v1/models/'.length));
    const own = ownModels(c.var.settings).find((model) => model.id === id);
    if (own?.owned_by === 'nexcode') return c.json(own);
    const upstream = await ask(c.req.raw.headers, c.req.path, c.var.query, context);
    if (own !== undefined && (upstream === undefined || isLacking(upstream.status))) return c.json(own);
    if (upstream === undefined) throw unknownModel();
    return relayAnyAnswer(upstream, context);
  });

/** The upstream's answer, or undefined when it is away or nobody has a key for it. */
async function ask(
  client: Headers,
  path: string,
  query: string,
  context: UpstreamContext,
): Promise<Response | undefined> {
  const stop = AbortSignal.timeout(LIST_TIMEOUT_MS);
  const headers = requestHeaders(client, context.payer.pays === 'client');
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
    message:
      'The model is unknown here, and the upstream gives no answer. GET /v1/models lists what can be used.',
  });
}
