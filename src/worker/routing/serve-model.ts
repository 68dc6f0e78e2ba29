/** Serves a request for a model at the targets that its name leads to: the one way from a name to an upstream. */
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import type { Payer } from '../access/decide.ts';
import type { Routing } from '../config/routing.ts';
import type { Settings } from '../config/settings.ts';
import { DEFAULT_UPSTREAM, OPENAI_BASE, type Target, targetName } from '../config/upstream.ts';
import { GatewayError } from '../http/errors.ts';
import { holdsSecret } from '../http/redact.ts';
import { AttemptAccount, type Closing, NO_ACCOUNT, type OpeningCall } from '../upstream/account.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { type Delivery, firstAnswer } from './failover.ts';
import { pause } from './pause.ts';
import { directTarget, isRouted, mayReach, resolve } from './resolve.ts';
import { perKey } from './upstream-keys.ts';

/** Calls one target: the model's name there, and the context of the call. */
export type CallTarget = (model: string, context: UpstreamContext) => Promise<Response>;

/** What the account is told of a request beside its targets. */
export type AskedCall = Pick<OpeningCall, 'endpoint' | 'body' | 'contentType'> & {
  /** The caller's name for the model, where it is another than the one that is resolved. */
  readonly asked?: string;
};

/** No vendor's name for a model comes near this, in characters. */
const LONGEST_NAME = 256;

/** What remains to be booked of a call that got no answer, and whose attempts are booked. */
const NO_ANSWER: Closing = { end: 'no_answer', usage: undefined, mayHaveCost: 'nothing' };

/**
 * Answers from the first target that can, and says in `x-nexcode-upstream` which one it was.
 * @param model the caller's name for it.
 * @throws {GatewayError} 400 for a name that is too long, 404 `model_not_found` for one that no upstream serves, 403 `client_key_not_allowed` before any call; the most useful failure when all fail.
 */
export async function serveModel(
  model: string,
  context: UpstreamContext,
  callTarget: CallTarget,
  { asked = model, ...call }: AskedCall,
): Promise<Response> {
  if (model.length > LONGEST_NAME) throw nameTooLong();
  const { settings, payer, account } = context;
  const places = allowedTargets(resolve(model, settings.routing, Math.random), payer);
  const targets = payer.pays === 'server' ? perKey(places) : places;
  if (leadsNowhere(targets, context)) throw modelNotFound(model, settings.routing, payer);
  await account.open({ ...call, model: asked, targets });
  const [only, second] = targets;
  const { response, target } =
    only !== undefined && second === undefined && account === NO_ACCOUNT
      ? await deliverOnly(only, context, callTarget)
      : await deliverFrom(targets, context, callTarget);
  response.headers.set(ANSWER_HEADERS.upstream, shownName(target, settings.secrets));
  return response;
}

/** Most calls have one target and no account: there is nothing to fall back on, and nothing to book. */
async function deliverOnly(
  target: Target,
  context: UpstreamContext,
  callTarget: CallTarget,
): Promise<Delivery> {
  return { response: await callTarget(target.model, { ...context, upstream: target.upstream }), target };
}

/**
 * Until when a list may begin another attempt, in milliseconds since 1970. A runtime on one's own machine does not tell
 * that a client has left by an ordinary close before anything was written to it, so a list would go on for nobody.
 */
function latestAttempt({ selfHosted, listWaitMs }: Settings): number {
  return selfHosted && listWaitMs > 0 ? Date.now() + listWaitMs : Number.POSITIVE_INFINITY;
}

/** Makes the attempts; the account is told of the one that is delivered, or that none was. */
async function deliverFrom(
  targets: readonly Target[],
  context: UpstreamContext,
  callTarget: CallTarget,
): Promise<Delivery> {
  const { account, payer } = context;
  const attempts = new Map<Response, AttemptAccount>();
  const latest = latestAttempt(context.settings);
  let lastFailure: Closing | undefined;
  try {
    const delivery = await firstAnswer(
      targets,
      async (target, hasNext) => {
        const attempt = new AttemptAccount(account, target);
        try {
          const at = { ...context, upstream: target.upstream, hasNext, account: attempt };
          const answer = await callTarget(target.model, at);
          attempts.set(answer, attempt);
          return answer;
        } catch (error) {
          const mayHaveCost = error instanceof GatewayError ? error.mayHaveCost : 'answer';
          attempt.closing ??= { end: 'no_answer', usage: undefined, mayHaveCost, target };
          throw error;
        } finally {
          lastFailure = attempt.closing;
        }
      },
      {
        isGone: () => context.clientGone().aborted,
        remembers: payer.pays === 'server',
        mayTry: (target) => {
          if (Date.now() >= latest) return false;
          const failed = lastFailure ?? NO_ANSWER;
          lastFailure = undefined;
          return account.next(failed, target);
        },
        retrySameMs: context.settings.retrySameTargetMs,
        pause: async (ms) => {
          if (Date.now() + ms >= latest) return false;
          await pause(ms, context.clientGone());
          return true;
        },
      },
    );
    const delivered = attempts.get(delivery.response);
    delivered?.deliver(lastFailure === delivered.closing ? undefined : lastFailure);
    return delivery;
  } catch (error) {
    account.close(lastFailure ?? NO_ANSWER);
    throw error;
  }
}

/**
 * Whether a name fits no upstream although names are routed: it falls to the default one, which is OpenAI's, and there
 * it is none (OpenAI has no name with a slash, so an upstream was meant that is not there), or the server has no key for
 * it while other upstreams are there. That is an unknown model, and no failed authentication.
 */
function leadsNowhere(
  targets: readonly Target[],
  { payer, settings: { routing } }: UpstreamContext,
): boolean {
  if (!isRouted(routing)) return false;
  return targets.every(({ upstream, model }) => {
    if (upstream.name !== DEFAULT_UPSTREAM || upstream.base !== OPENAI_BASE) return false;
    if (model.includes('/')) return true;
    return payer.pays === 'server' && upstream.key === undefined && routing.upstreams.length > 1;
  });
}

/** More names than this are read by nobody. */
const NAMES_TOLD = 40;

/** Says what is there, as far as the payer may use it. */
function modelNotFound(model: string, routing: Routing, payer: Payer): GatewayError {
  const aliases = [...routing.models]
    .filter(([, { choices }]) => choices.some(({ to }) => mayReach(payer, directTarget(to, routing))))
    .map(([name]) => name);
  const there = [
    ...aliases,
    ...routing.upstreams
      .filter((upstream) => upstream.name !== DEFAULT_UPSTREAM && mayReach(payer, { upstream, model }))
      .flatMap(({ name, models: patterns }) => [`${name}/...`, ...patterns.map(({ glob }) => glob)]),
  ];
  const list = there.length === 0 ? '' : ` There is: ${there.slice(0, NAMES_TOLD).join(', ')}.`;
  return new GatewayError({
    status: 404,
    code: 'model_not_found',
    param: 'model',
    message: `No upstream serves this model.${list} Use one of these names (GET /v1/models lists more), or let the operator correct or add the model in UPSTREAMS or MODELS.`,
  });
}

function nameTooLong(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'invalid_value',
    param: 'model',
    message: `Invalid 'model': a name has ${LONGEST_NAME} characters at most. GET /v1/models lists what can be used.`,
  });
}

/** @throws {GatewayError} 403 `client_key_not_allowed` where none of them takes the caller's own key. */
function allowedTargets(targets: readonly Target[], payer: Payer): readonly Target[] {
  const allowed = targets.filter((target) => mayReach(payer, target));
  if (allowed.length > 0) return allowed;
  throw new GatewayError({
    status: 403,
    code: 'client_key_not_allowed',
    param: 'model',
    message:
      'This model is served by an upstream that takes no keys of callers. Use the server token (API_TOKEN) for it, or another model with your own key.',
  });
}

/** What a model's name looks like everywhere; anything else is the caller's text and stays out of headers. */
const MODEL_NAME = /^[\w.:@/+-]{1,200}$/;

/** The target as `x-nexcode-upstream` names it: without the model where its name could be anything. */
function shownName({ upstream, model }: Target, secrets: readonly string[]): string {
  const name = targetName({ upstream, model });
  return MODEL_NAME.test(model) && !holdsSecret(model, secrets) ? name : upstream.name;
}
