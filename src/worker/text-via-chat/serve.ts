/** The two ways to serve a legacy completion: the upstream's own endpoint, or chat calls and a translation. */

import { choicesOf, wantsUsage } from '../completions/chat-request.ts';
import { defaultsFor, isReasoningModel } from '../completions/defaults.ts';
import { withoutField } from '../http/header-fields.ts';
import { setMembers } from '../http/json/members.ts';
import { parseJson } from '../http/json/read.ts';
import { invalidBody, unreadableBody } from '../middleware/json-body.ts';
import { relayTextAnswer } from '../upstream/answer.ts';
import { secretsOf } from '../upstream/call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { callChat, callFilled, type Origin } from '../upstream/filled-call.ts';
import { type ChatCall, type CompletionPlan, planCompletion } from './plan.ts';
import { type CompletionRequest, legacyRequestSchema } from './schema.ts';
import { streamText } from './stream.ts';
import { completeText } from './whole.ts';

/** A legacy request under way. */
export interface Asked {
  readonly request: CompletionRequest;
  /** The model's name at the target. */
  readonly model: string;
  /** The body's bytes as they came. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly origin: Origin;
  readonly context: UpstreamContext;
}

/** Serves by the upstream's own endpoint: the bytes untouched, but for the operator's defaults. */
export function nativeCompletion({ context, ...asked }: Asked): Promise<Response> {
  const { request } = asked;
  const wanted = {
    stream: request.stream === true,
    includeUsage: wantsUsage(request),
    choices: promptCount(request.prompt) * choicesOf(request),
  };
  return callFilled({ ...asked, path: '/v1/completions', isReasoning: false }, context, (upstream) =>
    relayTextAnswer(upstream, wanted, context),
  );
}

/** How many prompts a native request holds: every text and every list of tokens is one. */
function promptCount(prompt: unknown): number {
  if (!Array.isArray(prompt) || typeof prompt[0] === 'number') return 1;
  return Math.max(1, prompt.length);
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
export function planTranslation({ request, model, body, context }: Asked): Translation {
  const { payer, settings } = context;
  const filled = defaultsFor(request, model, payer, settings);
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
  { origin, context }: Asked,
  chat: ChatService = callChat,
): Promise<Response> {
  const wanted = { stream: plan.stream, includeUsage: plan.includeUsage, choices: plan.n };
  // One key for several calls would make all but the first of them repetitions.
  const headers = plan.prompts.length > 1 ? withoutField(origin.headers, 'idempotency-key') : origin.headers;
  // The calls run side by side, so their times to the headers do not add up: the first one's stands for all.
  let isFirst = true;
  const onHeaders = (ms: number) => {
    if (isFirst) context.onHeaders(ms);
    isFirst = false;
  };
  const call: ChatCall = (body, signal) =>
    chat(body, { ...origin, headers }, wanted, {
      ...context,
      stop: signal,
      clientGone: () => signal,
      onHeaders,
    });
  const own = {
    id: `cmpl-${crypto.randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: plan.model,
  };
  const serve = plan.stream ? streamText : completeText;
  const answer = await serve(plan, call, context.clientGone(), own, secretsOf(context));
  answer.headers.set('x-nexcode-translated', 'chat');
  if (filled.length > 0) answer.headers.set('x-nexcode-filled', filled.join(', '));
  if (plan.dropped.length > 0) answer.headers.set('x-nexcode-dropped', plan.dropped.join(', '));
  return answer;
}

/** A translation writes the text anew, so bytes that are no text cannot be kept as they are. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw unreadableBody();
  }
}
