/** The two ways to serve a request to the Responses API: the upstream's own endpoint, or a chat call and a translation. */

import { refuseStoring } from '../access/stateless.ts';
import { newId, type ResponseHead } from '../completions/responses.ts';
import { isReasoningModel, vendorOf } from '../config/vendors.ts';
import { GatewayError } from '../http/errors.ts';
import { callChat } from '../upstream/completion-call.ts';
import { keepsNothing, type UpstreamContext } from '../upstream/context.ts';
import type { ChatCalls } from '../via-chat/chat-call.ts';
import { type ChatService, chatCalls, markTranslated, underWay } from '../via-chat/chat-calls.ts';
import { KnownModels } from '../via-chat/known-models.ts';
import { checkedRequest, serveTwoWays, type TwoWays } from '../via-chat/serve.ts';
import { type NativeRefusal, type Strategy, strategyFor } from '../via-chat/strategy.ts';
import { wholeAnswer } from '../via-chat/whole.ts';
import { hasAnswered, nativeResponse, type ResponsesCall } from './native.ts';
import { planResponse, type ResponsesPlan } from './plan.ts';
import { responsesRequestSchema } from './schema.ts';
import { documentsResponses, readRefusal } from './strategy.ts';
import { streamResponse } from './stream.ts';
import { ResponseTranslator } from './translator.ts';

/** What this isolate has learned: models that chat alone serves. */
const chatModels = new KnownModels();
/** Models that have sent reasoning as `reasoning_content`: such an upstream may want it back. */
const thinkingModels = new KnownModels();

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
  if (keepsNothing(context)) refuseStoring(call.body, call.scan);
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
  const isNative = refusal !== undefined && hasAnswered(call.context.upstream.base);
  try {
    return planTranslation(call);
  } catch (error) {
    if (isNative && error instanceof GatewayError) return undefined;
    throw error;
  }
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
  chat: ChatService = callChat,
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
  const streamed = (each: ChatCalls) => streamResponse(plan.body, translator, each);
  const whole = (each: ChatCalls) =>
    wholeAnswer({
      ...each,
      bodyOf: () => plan.body,
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
