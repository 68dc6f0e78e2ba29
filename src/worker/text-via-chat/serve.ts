/** The two ways to serve a legacy completion: the upstream's own endpoint, or chat calls and a translation. */

import { choicesOf, wantsUsage } from '../completions/chat-request.ts';
import { isReasoningModel } from '../config/vendors.ts';
import { GatewayError } from '../http/errors.ts';
import type { JsonScan } from '../http/json/scan.ts';
import { randomId } from '../http/random-id.ts';
import { relayTextAnswer } from '../upstream/answer.ts';
import { callChat, fillRequest, withFilled } from '../upstream/completion-call.ts';
import { callUntilStarted } from '../upstream/started-call.ts';
import { type ChatService, chatCalls, markTranslated, underWay } from '../via-chat/chat-calls.ts';
import { KnownModels } from '../via-chat/known-models.ts';
import { type BridgedCall, checkedRequest, serveTwoWays, type TwoWays } from '../via-chat/serve.ts';
import { type NativeRefusal, strategyFor } from '../via-chat/strategy.ts';
import { type CompletionPlan, planCompletion } from './plan.ts';
import { type CompletionRequest, legacyRequestSchema } from './schema.ts';
import { documentsText, readRefusal } from './strategy.ts';
import { streamText } from './stream.ts';
import { completeText } from './whole.ts';

/** A legacy request under way. */
export type CompletionCall = BridgedCall<CompletionRequest>;

/** What this isolate has learned of its upstreams' models. */
const chatModels = new KnownModels();

/**
 * Serves at one target, by the endpoint it has or is known not to have.
 * @throws {GatewayError} 400 for a request that chat cannot serve, and what the calls throw.
 */
export function serveCompletion(call: CompletionCall): Promise<Response> {
  const { model, request, context } = call;
  const { base, completionsMode: mode } = context.upstream;
  const strategy = strategyFor({
    mode,
    documented: documentsText(base, model),
    knownChat: chatModels.has(base, model, Date.now()),
  });
  context.log('completion', { model: model.slice(0, 128), stream: request.stream === true, way: strategy });
  const ways: TwoWays<Translation> = {
    strategy,
    native: () => nativeCompletion(call),
    readRefusal,
    plan: (after) => planAfter(after, call),
    translated: (translation) => translatedCompletion(translation, call),
    known: chatModels,
  };
  return serveTwoWays(ways, call);
}

/** What cannot be translated keeps the upstream's refusal, unless that only says that the model is one for chat. */
function planAfter(refusal: NativeRefusal | undefined, call: CompletionCall): Translation | undefined {
  try {
    return planTranslation(call);
  } catch (error) {
    if (refusal === 'no-endpoint' && error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** Serves by the upstream's own endpoint: the bytes untouched, but for the operator's defaults. */
async function nativeCompletion({ context, ...call }: CompletionCall): Promise<Response> {
  const { request } = call;
  const options = {
    stream: request.stream === true,
    includeUsage: wantsUsage(request),
    choices: promptCount(call.scan) * choicesOf(request),
  };
  const { request: upstreamRequest, filled } = fillRequest(
    { ...call, path: '/v1/completions', isReasoning: false },
    context,
  );
  const upstream = await callUntilStarted(upstreamRequest, context);
  return withFilled(await relayTextAnswer(upstream, options, context), filled);
}

/** How many prompts a native request holds: every text and every list of tokens is one. */
function promptCount({ items, promptIsTokens }: JsonScan): number {
  return promptIsTokens ? 1 : Math.max(1, items.prompt);
}

/** What a translation would do. */
export interface Translation {
  readonly plan: CompletionPlan;
  /** The members that the operator's defaults filled in. */
  readonly filled: readonly string[];
}

/**
 * Plans the translation.
 * @throws {GatewayError} 400 for a request that chat cannot serve.
 */
export function planTranslation(call: CompletionCall): Translation {
  const { members, text, filled } = checkedRequest(call, call.request, legacyRequestSchema);
  const plan = planCompletion(members, text, {
    maxPrompts: call.context.settings.completionsMaxPrompts,
    isReasoningModel: isReasoningModel(members.model ?? ''),
  });
  return { plan, filled };
}

/**
 * Serves by chat calls.
 * @throws {GatewayError} where an upstream gives no answer, or one that cannot be translated.
 */
export async function translatedCompletion(
  { plan, filled }: Translation,
  call: CompletionCall,
  chat: ChatService = callChat,
): Promise<Response> {
  const options = { stream: plan.stream, includeUsage: plan.includeUsage, choices: plan.n };
  const calls = chatCalls(call, chat, options, plan.prompts.length);
  const own = {
    id: randomId('cmpl-'),
    created: Math.floor(Date.now() / 1000),
    model: plan.model,
  };
  const serve = plan.stream ? streamText : completeText;
  const answer = await underWay(call.context, calls, (each) => serve(plan, { ...each, own }));
  return markTranslated(answer, { filled, dropped: plan.dropped });
}
