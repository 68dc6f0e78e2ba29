/** The two ways to serve a legacy completion: the upstream's own endpoint, or chat calls and a translation. */

import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { choicesOf, wantsUsage } from '../completions/chat-request.ts';
import { defaultsFor } from '../completions/defaults.ts';
import { readUsage, sumUsage } from '../completions/usage.ts';
import { isReasoningModel } from '../config/vendors.ts';
import { GatewayError } from '../http/errors.ts';
import { withoutField } from '../http/header-fields.ts';
import { invalidBody, unreadableBody } from '../http/invalid-body.ts';
import { setMembers } from '../http/json/members.ts';
import { parseJson } from '../http/json/read.ts';
import type { JsonScan } from '../http/json/scan.ts';
import { requireParseable } from '../http/parsed-body.ts';
import { notFinished } from '../http/server-stopping.ts';
import { refusalText } from '../stream/read.ts';
import { partsAccount } from '../upstream/account.ts';
import { relayTextAnswer } from '../upstream/answer.ts';
import { secretsOf } from '../upstream/call.ts';
import { type ClientRequest, callChat, fillRequest, withFilled } from '../upstream/completion-call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { KnownChatModels } from '../upstream/known-chat-models.ts';
import { callUntilStarted } from '../upstream/started-call.ts';
import { type ChatCall, type CompletionPlan, planCompletion } from './plan.ts';
import { type CompletionRequest, legacyRequestSchema } from './schema.ts';
import { completionStrategy, type NativeRefusal, readRefusal } from './strategy.ts';
import { streamText } from './stream.ts';
import { completeText } from './whole.ts';

/** A legacy request under way. */
export interface CompletionCall {
  readonly request: CompletionRequest;
  /** The model's name at the target. */
  readonly model: string;
  /** The body's bytes as they came. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** What a scan found in it. */
  readonly scan: JsonScan;
  readonly client: ClientRequest;
  readonly context: UpstreamContext;
}

/** What this isolate has learned of its upstreams' models. */
const knownChatModels = new KnownChatModels();

/**
 * Serves at one target, by the endpoint it has or is known not to have.
 * @throws {GatewayError} 400 for a request that chat cannot serve, and what the calls throw.
 */
export async function serveCompletion(call: CompletionCall): Promise<Response> {
  const { model, request, context } = call;
  const { base, completionsMode: mode } = context.upstream;
  const knownChat = knownChatModels.has(base, model, Date.now());
  const strategy = completionStrategy({ mode, base, model, knownChat });
  context.log('completion', { model: model.slice(0, 128), stream: request.stream === true, way: strategy });

  if (strategy === 'chat') return translatedCompletion(planTranslation(call), call);
  const native = await nativeCompletion(call);
  if (strategy === 'native' || native.ok) return native;

  const refusal = readRefusal(native.status, await refusalText(native.clone()));
  if (refusal === 'other') return native;
  const translation = planAfter(refusal, call);
  if (translation === undefined) return native;
  context.log('completion_translated', { after: refusal });
  const translated = await translatedCompletion(translation, call);
  if (refusal === 'chat-model' || translated.ok) knownChatModels.remember(base, model, Date.now());
  return translated;
}

/** What cannot be translated keeps the upstream's refusal, unless that only says that the model is one for chat. */
function planAfter(refusal: NativeRefusal, call: CompletionCall): Translation | undefined {
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
export function planTranslation({ request, model, body, scan, context }: CompletionCall): Translation {
  const { payer, settings } = context;
  requireParseable(body, scan);
  const filled = { ...defaultsFor(request, model, payer, settings), ...context.account.fills() };
  const text = decodeText(setMembers(body, filled));
  // Of a long body only the outline was checked so far.
  const members = parseJson(text);
  if (members === undefined) throw unreadableBody();
  const checked = legacyRequestSchema.safeParse(members);
  if (!checked.success) throw invalidBody(checked.error.issues, members);
  const plan = planCompletion(checked.data, text, {
    maxPrompts: settings.completionsMaxPrompts,
    isReasoningModel: isReasoningModel(checked.data.model ?? ''),
  });
  return { plan, filled: Object.keys(filled) };
}

/** What serves a chat request: the upstream, unless the model is one that the gateway answers for itself. */
export type ChatService = typeof callChat;

/**
 * Serves by chat calls.
 * @throws {GatewayError} where an upstream gives no answer, or one that cannot be translated.
 */
export async function translatedCompletion(
  { plan, filled }: Translation,
  { client, context, body: { length: bodyBytes } }: CompletionCall,
  chat: ChatService = callChat,
): Promise<Response> {
  const options = { stream: plan.stream, includeUsage: plan.includeUsage, choices: plan.n };
  // One key for several calls would make all but the first of them repetitions.
  const headers = plan.prompts.length > 1 ? withoutField(client.headers, 'idempotency-key') : client.headers;
  // The calls run side by side, so their times to the headers do not add up: the first one's stands for all.
  let isFirst = true;
  const onHeaders = (ms: number) => {
    if (isFirst) context.onHeaders(ms);
    isFirst = false;
  };
  const account = partsAccount(context.account, plan.prompts.length, bodyBytes);
  const call: ChatCall = (body, signal) => {
    const answer = chat(body, { ...client, headers }, options, {
      ...context,
      stop: signal,
      clientGone: () => signal,
      onHeaders,
      account,
    });
    return context.outOfTime === undefined ? answer : Promise.race([answer, stopped(context.outOfTime)]);
  };
  const own = {
    id: `cmpl-${crypto.randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: plan.model,
  };
  const serve = plan.stream ? streamText : completeText;
  // The calls may pause between two of them: the answer is under way all the same.
  const ended = Promise.withResolvers<void>();
  context.waitUntil(ended.promise);
  const answer = await serve(plan, call, context.clientGone(), own, secretsOf(context), (end, usages) => {
    context.account.close({ end, usage: readUsage(sumUsage(usages)) });
    ended.resolve();
  }).catch((error: unknown) => {
    ended.resolve();
    throw error;
  });
  answer.headers.set(ANSWER_HEADERS.translated, 'chat');
  if (filled.length > 0) answer.headers.set(ANSWER_HEADERS.filled, filled.join(', '));
  if (plan.dropped.length > 0) answer.headers.set(ANSWER_HEADERS.dropped, plan.dropped.join(', '));
  return answer;
}

/** A stopping server gives no more time. */
async function stopped(outOfTime: Promise<void>): Promise<never> {
  await outOfTime;
  throw notFinished();
}

/** A translation writes the text anew, so bytes that are no text cannot be kept as they are. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw unreadableBody();
  }
}
