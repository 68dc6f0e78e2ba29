/** The two ways to serve a request to the Responses API: the upstream's own endpoint, or a chat call and a translation. */

import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { isHeldToStateless, refuseState, refuseStoring, unstoredMembers } from '../access/stateless.ts';
import { newId, type ResponseHead } from '../completions/responses.ts';
import { isReasoningModel, vendorOf } from '../config/vendors.ts';
import { GatewayError } from '../http/errors.ts';
import { parseLossless } from '../http/json/lossless.ts';
import { setMembers } from '../http/json/members.ts';
import { isGiven, isRecord } from '../http/json/read.ts';
import { refusalText } from '../stream/read.ts';
import { callUpstream } from '../upstream/call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';
import type { ChatCalls } from '../via-chat/chat-call.ts';
import {
  type ChatService,
  chatCalls,
  markTranslated,
  underWay,
  upstreamChat,
} from '../via-chat/chat-calls.ts';
import { KnownModels } from '../via-chat/known-models.ts';
import { type BridgedCall, checkedRequest, serveTwoWays, type TwoWays } from '../via-chat/serve.ts';
import { type NativeRefusal, type Strategy, strategyFor } from '../via-chat/strategy.ts';
import { streamCalls } from '../via-chat/stream.ts';
import { wholeAnswer } from '../via-chat/whole.ts';
import { planResponse, type ResponsesPlan } from './plan.ts';
import { openReasoning, REASONING_MARK } from './reasoning.ts';
import { type ResponsesOutline, responsesRequestSchema } from './schema.ts';
import { documentsResponses, readRefusal } from './strategy.ts';
import { ResponseTranslator } from './translator.ts';

/** A request under way. */
export type ResponsesCall = BridgedCall<ResponsesOutline>;

const PATH = '/v1/responses';

/** How long a client may hear nothing, in milliseconds: some give up after five minutes, proxies after one. */
const HEARTBEAT_MS = 15_000;

/** What this isolate has learned: models that chat alone serves, and upstreams that have the endpoint. */
const chatModels = new KnownModels();
const nativeUpstreams = new KnownModels();
/** Models that have sent reasoning as `reasoning_content`: such an upstream may want it back. */
const thinkingModels = new KnownModels();
/** An upstream that has answered once has the endpoint for all its models, as far as state goes. */
const ANY_MODEL = '*';

/** How an upstream serves a model; without a model, how it serves what names none. */
export function responsesStrategy({ upstream }: Pick<UpstreamContext, 'upstream'>, model: string): Strategy {
  return strategyFor({
    mode: upstream.responsesMode,
    documented: documentsResponses(upstream.base),
    knownChat: chatModels.has(upstream.base, model, Date.now()),
  });
}

/**
 * Serves at one target, by the endpoint that it has or is known not to have.
 * @throws {GatewayError} 400 for a request that chat cannot serve, or one to be stored in an account that others share;
 * and what the calls throw.
 */
export function serveResponses(call: ResponsesCall): Promise<Response> {
  const { model, request, context } = call;
  if (isHeldToStateless(context.payer, context.settings) && !context.account.mayStore)
    refuseStoring(call.body, call.scan);
  const strategy = responsesStrategy(context, model);
  context.log('responses', { model: model.slice(0, 128), stream: request.stream === true, way: strategy });
  const ways: TwoWays<ResponsesTranslation> = {
    strategy,
    native: () => nativeResponse(call, strategy),
    readRefusal,
    plan: (after) => planAfter(after, call),
    translated: (translation) => translatedResponse(translation, call),
    known: chatModels,
  };
  return serveTwoWays(ways, call);
}

/** An upstream that has answered natively knows what it has stored: what builds on that is answered by itself. */
function planAfter(
  refusal: NativeRefusal | undefined,
  call: ResponsesCall,
): ResponsesTranslation | undefined {
  const { base } = call.context.upstream;
  const isNative = refusal !== undefined && nativeUpstreams.has(base, ANY_MODEL, Date.now());
  try {
    return planTranslation(call);
  } catch (error) {
    if (isNative && error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** Serves by the upstream's own endpoint: the bytes untouched, but for the model's name at the target. */
async function nativeResponse(call: ResponsesCall, strategy: Strategy): Promise<Response> {
  const { client, context } = call;
  const { body, filled, dropped } = nativeBody(call);
  const headers = requestHeaders(client.headers, context);
  const upstream = await callUpstream(
    {
      method: 'POST',
      path: PATH,
      query: client.query,
      headers,
      body,
      streamed: call.request.stream === true,
    },
    context,
  );
  if (upstream.ok) nativeUpstreams.remember(context.upstream.base, ANY_MODEL, Date.now());
  const answer = await relayAnyAnswer(upstream, context);
  if (filled.length > 0) answer.headers.set(ANSWER_HEADERS.filled, filled.join(', '));
  if (dropped.length > 0) answer.headers.set(ANSWER_HEADERS.dropped, dropped.join(', '));
  return strategy === 'native' ? namingTheCause(answer, context) : answer;
}

/** Where nothing is translated, a bare 404 would not tell that the endpoint is what is missing. */
async function namingTheCause(answer: Response, { upstream }: UpstreamContext): Promise<Response> {
  if (
    answer.status < 400 ||
    readRefusal(answer.status, await refusalText(answer.clone())) !== 'no-endpoint'
  ) {
    return answer;
  }
  await answer.body?.cancel();
  const setting =
    upstream.responsesMode === 'native'
      ? 'RESPONSES_MODE is native, so the request was not translated to chat completions: let the operator set it to auto or chat'
      : 'Let the operator set RESPONSES_MODE=chat, so that requests are translated to chat completions';
  throw new GatewayError({
    status: 404,
    code: 'endpoint_not_found',
    message: `The upstream has no ${PATH}. ${setting}, or use /v1/chat/completions.`,
  });
}

interface NativeBody {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly filled: readonly string[];
  readonly dropped: readonly string[];
}

/**
 * A stored prompt may name the model itself; of what else names none the operator does. Callers who share an account keep
 * nothing in it.
 * @throws {GatewayError} 400 `stateless_only`.
 */
function nativeBody({ request, model, body, scan, context }: ResponsesCall): NativeBody {
  // Only the account knows whether what is stored is open to an issued key.
  const isHeld = isHeldToStateless(context.payer, context.settings) && !context.account.mayStore;
  if (isHeld) refuseState('POST', PATH, body, scan);
  const members: Record<string, string> = { ...context.account.fills() };
  const needsModel = isGiven(request.model) || !isGiven(request.prompt);
  if (needsModel && model !== request.model) members['model'] = JSON.stringify(model);
  if (isHeld) Object.assign(members, unstoredMembers(body, scan, model, context.upstream));
  const filled = Object.keys(members);
  const input = inputWithoutOwnReasoning(body);
  if (input !== undefined) members['input'] = input;
  return {
    body: Object.keys(members).length === 0 ? body : setMembers(body, members),
    filled,
    dropped: input === undefined ? [] : ['input.reasoning'],
  };
}

/**
 * The items without reasoning that this gateway has sealed while a chat model answered: a native server refuses content
 * that it cannot decrypt. Undefined where there is none, which is told without parsing anything.
 */
function inputWithoutOwnReasoning(body: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(body);
  if (!text.includes(REASONING_MARK)) return undefined;
  let members: unknown;
  try {
    members = parseLossless(text);
  } catch {
    return undefined;
  }
  const items = isRecord(members) && Array.isArray(members['input']) ? members['input'] : [];
  const kept = items.filter(
    (item) =>
      !isRecord(item) ||
      item['type'] !== 'reasoning' ||
      openReasoning(item['encrypted_content']) === undefined,
  );
  return kept.length === items.length ? undefined : JSON.stringify(kept);
}

/** What a translation would do. */
export interface ResponsesTranslation {
  readonly plan: ResponsesPlan;
  /** The members that the operator's defaults filled in. */
  readonly filled: readonly string[];
}

/**
 * Plans the translation.
 * @throws {GatewayError} 400 for a request that chat cannot serve.
 */
export function planTranslation(call: ResponsesCall): ResponsesTranslation {
  const { upstream } = call.context;
  const vendor = vendorOf(upstream.base);
  const { members, text, filled } = checkedRequest(call, limitsOf(call), responsesRequestSchema);
  const isThinking = vendor?.wantsReasoningBack || thinkingModels.has(upstream.base, call.model, Date.now());
  const plan = planResponse(members, text, {
    isReasoningModel: isReasoningModel(call.model),
    reasoningBack: upstream.reasoningBack === 'auto' && isThinking ? true : upstream.reasoningBack,
    systemAnywhere: vendor?.systemAnywhere === true,
  });
  return { plan, filled };
}

/** The members by which a request says how long the answer may be and how it is sampled, as chat names them. */
function limitsOf({ request }: ResponsesCall) {
  return { model: request.model, max_tokens: request.max_output_tokens, temperature: request.temperature };
}

/**
 * Serves by a chat call.
 * @throws {GatewayError} where the upstream gives no answer, or one that cannot be translated.
 */
export async function translatedResponse(
  { plan, filled }: ResponsesTranslation,
  call: ResponsesCall,
  chat: ChatService = upstreamChat,
): Promise<Response> {
  const { context } = call;
  const calls = chatCalls(call, chat, { stream: plan.stream, includeUsage: plan.stream, choices: 1 }, 1);
  const head: ResponseHead = {
    id: newId('resp'),
    createdAt: Math.floor(Date.now() / 1000),
    model: plan.model,
    request: plan.echo,
  };
  const translator = new ResponseTranslator(plan, head, calls.secrets);
  const bodyOf = () => plan.body;
  const streamed = (each: ChatCalls) =>
    streamCalls({
      ...each,
      bodyOf,
      translators: [translator],
      form: {
        opening: () => translator.opening(),
        heartbeat: () => translator.heartbeat(),
        heartbeatMs: HEARTBEAT_MS,
        closing: () => translator.closing(),
        failure: (error) => translator.failure(error),
      },
    });
  const whole = (each: ChatCalls) =>
    wholeAnswer({
      ...each,
      bodyOf,
      count: 1,
      take: (_, text) => translator.answer(text),
      answer: () => translator.whole(),
      usages: () => [translator.usage],
    });
  const learning: ChatCalls = {
    ...calls,
    onEnd(end, usages) {
      if (translator.hasThought) thinkingModels.remember(context.upstream.base, call.model, Date.now());
      calls.onEnd(end, usages);
    },
  };
  const answer = await underWay(context, learning, plan.stream ? streamed : whole);
  return markTranslated(answer, { filled, dropped: plan.dropped });
}
