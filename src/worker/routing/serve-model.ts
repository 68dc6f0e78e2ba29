/** Serves a request for a model at the targets that its name leads to: the one way from a name to an upstream. */
import type { Payer } from '../access/decide.ts';
import { DEFAULT_UPSTREAM } from '../config/upstream.ts';
import { GatewayError } from '../http/errors.ts';
import { setMembers } from '../http/json/members.ts';
import { outlineOf } from '../http/json/outline.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { holdsSecret } from '../http/log.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { nameOf } from './cooldown.ts';
import { type Attempt, firstAnswer, isPassing } from './failover.ts';
import { directTarget, isRouted, resolve, type Target } from './resolve.ts';

/** What was asked for: a model by the caller's name for it, in a stream or not. */
export interface Asked {
  readonly model: string;
  readonly stream: boolean;
}

/** One attempt: the model's name at the target, and the context of a call to it. */
export type Serve = (model: string, context: UpstreamContext) => Promise<Response> | Response;

/**
 * Answers from the first target that can, and says in `x-nexcode-upstream` which one it was.
 * @throws {GatewayError} 403 `client_key_not_allowed` before any call; the most useful failure when all fail.
 */
export async function serveModel(
  { model, stream }: Asked,
  context: UpstreamContext,
  serve: Serve,
): Promise<Response> {
  const { settings, payer } = context;
  const { response, target } = isRouted(settings.routing)
    ? await firstAnswer(
        allowedTargets(resolve(model, settings.routing, Math.random), payer),
        (candidate, hasNext) =>
          attempt(() =>
            serve(candidate.model, { ...context, upstream: candidate.upstream, holdBack: stream && hasNext }),
          ),
        () => context.clientGone().aborted,
      )
    : await atOnlyTarget(directTarget(model, settings.routing), context, serve);
  response.headers.set('x-nexcode-upstream', shownName(target, settings.secrets));
  return response;
}

/** Where names lead to one upstream only, there is nothing to fall back on. */
async function atOnlyTarget(target: Target, context: UpstreamContext, serve: Serve) {
  return { response: await serve(target.model, context), target };
}

/** A caller's own key goes to the default upstream, and to those that say they take such keys. */
function allowedTargets(targets: readonly Target[], payer: Payer): readonly Target[] {
  if (payer.pays !== 'client') return targets;
  const allowed = targets.filter(({ upstream }) => upstream.name === DEFAULT_UPSTREAM || upstream.clientKeys);
  if (allowed.length > 0) return allowed;
  throw new GatewayError({
    status: 403,
    code: 'client_key_not_allowed',
    param: 'model',
    message:
      'This model is served by an upstream that takes no keys of callers. Use the server token (API_TOKEN) for it, or another model with your own key.',
  });
}

async function attempt(serve: () => Promise<Response> | Response): Promise<Attempt> {
  try {
    const response = await serve();
    return isPassing(response.status) ? { kind: 'failure', failure: response } : { kind: 'answer', response };
  } catch (error) {
    if (error instanceof GatewayError && isPassing(error.status)) return { kind: 'failure', failure: error };
    throw error;
  }
}

/** What a model's name looks like everywhere; anything else is the caller's text and stays out of headers. */
const MODEL_NAME = /^[\w.:@/+-]{1,200}$/;

/** The target as `x-nexcode-upstream` names it: without the model where its name could be anything. */
function shownName({ upstream, model }: Target, secrets: readonly string[]): string {
  const name = nameOf({ upstream, model });
  return MODEL_NAME.test(model) && !holdsSecret(model, secrets) ? name : upstream.name;
}

/** The model that a JSON body names, if it names one. */
export function modelIn(body: Uint8Array<ArrayBuffer>): string | undefined {
  const members = parseJson(new TextDecoder().decode(outlineOf(body)));
  const model = isRecord(members) ? members['model'] : undefined;
  return typeof model === 'string' && model !== '' ? model : undefined;
}

/** The same body with the model's name at the target; the same bytes where that is the name it has. */
export function withModel(
  body: Uint8Array<ArrayBuffer>,
  asked: string,
  model: string,
): Uint8Array<ArrayBuffer> {
  return model === asked ? body : setMembers(body, { model: JSON.stringify(model) });
}
