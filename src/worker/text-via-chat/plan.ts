/** A legacy completion request turned into chat requests: everything is settled here, before any upstream call. */

import type { GatewayError } from '../http/errors.ts';
import { isGiven } from '../http/json/read.ts';
import { invalid, unsupported as unsupportedByChat } from '../via-chat/refusal.ts';
import { chatMembers } from './chat-members.ts';
import type { LegacyRequest } from './schema.ts';

/** OpenAI's limits. The log probabilities' is that of chat, which exceeds the 5 of the old endpoint. */
const MAX_CHOICES_PER_PROMPT = 128;
const MAX_LOGPROBS = 20;

/** What the plan depends on beside the request. */
export interface PlanOptions {
  /** The most chat calls that one request may cause (COMPLETIONS_MAX_PROMPTS). */
  readonly maxPrompts: number;
  /** The model refuses `max_tokens`, and any `temperature` but its own. */
  readonly isReasoningModel: boolean;
}

/** Everything the calls and the answer need to know. */
export interface CompletionPlan {
  readonly model: string;
  /** One chat call for each. */
  readonly prompts: readonly string[];
  /** Answers asked for per prompt; the choice of prompt `p`, sample `s` has the index `p * n + s`. */
  readonly n: number;
  readonly echo: boolean;
  /** How many alternatives per token; 0 is the sampled token alone, undefined no log probabilities. */
  readonly logprobs: number | undefined;
  readonly stream: boolean;
  /** A last stream event with the usage was asked for. */
  readonly includeUsage: boolean;
  /** Members of the request that were left out, since the model would refuse them. */
  readonly dropped: readonly string[];
  /** The members that all chat requests share, as JSON text without braces. */
  readonly sharedMembers: string;
}

/** The body of the chat request for one prompt, as JSON text. Made when its call starts: bodies can be large. */
export function chatBody(plan: CompletionPlan, promptIndex: number): string {
  const content = JSON.stringify(plan.prompts[promptIndex]);
  return `{"messages":[{"role":"user","content":${content}}],${plan.sharedMembers}}`;
}

/**
 * Plans the translation of a legacy request.
 * @param request the checked request.
 * @param text the same request as the JSON text it came as: what is forwarded keeps its number literals.
 * @throws {GatewayError} 400 that names the parameter which cannot be honoured, and why.
 */
export function planCompletion(request: LegacyRequest, text: string, options: PlanOptions): CompletionPlan {
  const { model } = request;
  if (!model) throw invalid('model', 'missing_required_parameter', "Missing required parameter: 'model'.");
  const n = between('n', request.n ?? 1, 1, MAX_CHOICES_PER_PROMPT);
  const logprobs = logprobsOf(request);
  refuseRanking(request, model, n);
  refuseSurroundings(request, model);
  if (request.stream_options && request.stream !== true) {
    throw invalid(
      'stream_options',
      'invalid_value',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    );
  }
  const prompts = readPrompts(request.prompt, model, options.maxPrompts);
  const dropped = options.isReasoningModel && isRefusedTemperature(request) ? ['temperature'] : [];
  const sharedMembers = chatMembers(text, {
    model,
    logprobs,
    dropped,
    limitName:
      options.isReasoningModel && !isGiven(request.max_completion_tokens)
        ? 'max_completion_tokens'
        : 'max_tokens',
  });
  return {
    model,
    prompts,
    n,
    echo: request.echo === true,
    logprobs,
    stream: request.stream === true,
    includeUsage: request.stream_options?.include_usage === true,
    dropped,
    sharedMembers,
  };
}

function logprobsOf(request: LegacyRequest): number | undefined {
  return isGiven(request.logprobs) ? between('logprobs', request.logprobs, 0, MAX_LOGPROBS) : undefined;
}

/** `best_of` ranks by the whole answers' log probabilities on the server, which chat does not offer. */
function refuseRanking({ best_of, stream }: LegacyRequest, model: string, n: number): void {
  if (!isGiven(best_of)) return;
  if (best_of < n) {
    throw invalid(
      'best_of',
      'integer_below_min_value',
      `Invalid 'best_of': it must not be less than 'n' (${n}).`,
    );
  }
  if (best_of > n) throw unsupported(model, 'best_of', "'best_of' greater than 'n'");
  if (best_of > 1 && stream === true) {
    throw invalid(
      'best_of',
      'invalid_value',
      "'best_of' results cannot be streamed: leave out 'best_of' or 'stream'.",
    );
  }
}

/** What asks for the text around the completion, or for less than a chat model ever writes. */
function refuseSurroundings(request: LegacyRequest, model: string): void {
  const { suffix, echo, logprobs, max_tokens } = request;
  if (isGiven(suffix) && suffix !== '') {
    throw unsupported(model, 'suffix', "'suffix' (text that follows the completion)");
  }
  if (echo === true && isGiven(logprobs)) {
    throw unsupported(model, 'echo', "'echo' together with 'logprobs' (log probabilities of the prompt)");
  }
  if (max_tokens === 0) {
    throw unsupported(
      model,
      'max_tokens',
      "'max_tokens': 0 (a prompt without a completion)",
      'unsupported_value',
    );
  }
  if (isGiven(max_tokens)) between('max_tokens', max_tokens, 1, Number.MAX_SAFE_INTEGER);
}

function unsupported(
  model: string,
  param: string,
  what: string,
  code?: 'unsupported_parameter' | 'unsupported_value',
): GatewayError {
  const cure =
    'use a model and an upstream with a completions endpoint of their own (COMPLETIONS_MODE=native)';
  return unsupportedByChat(model, param, what, cure, code);
}

/** Reasoning models take their own temperature, 1, alone, unless reasoning is switched off. */
function isRefusedTemperature({ temperature, reasoning_effort }: LegacyRequest): boolean {
  return isGiven(temperature) && temperature !== 1 && reasoning_effort !== 'none';
}

function between(param: string, value: number, least: number, most: number): number {
  if (value < least) {
    throw invalid(
      param,
      'integer_below_min_value',
      `Invalid '${param}': expected a value >= ${least}, but got ${value} instead.`,
    );
  }
  if (value > most) {
    throw invalid(
      param,
      'integer_above_max_value',
      `Invalid '${param}': expected a value <= ${most}, but got ${value} instead.`,
    );
  }
  return value;
}

/**
 * The prompts as a list of texts, in the request's order.
 * @param limit the most prompts that one request may fan out to.
 * @throws {GatewayError} 400 for what is no text (`param: 'prompt'`).
 */
function readPrompts(prompt: unknown, model: string, limit: number): readonly string[] {
  if (typeof prompt === 'string') return [prompt];
  if (!isGiven(prompt)) {
    throw invalid('prompt', 'missing_required_parameter', "Missing required parameter: 'prompt'.");
  }
  if (!Array.isArray(prompt)) throw wrongType();
  if (prompt.length === 0) {
    throw invalid(
      'prompt',
      'empty_array',
      "Invalid 'prompt': empty array. Send a text, or an array of at least one.",
    );
  }
  const texts = prompt.filter((item) => typeof item === 'string');
  if (texts.length !== prompt.length) {
    throw isTokens(prompt)
      ? unsupported(model, 'prompt', 'A prompt of token ids (send it as text)', 'unsupported_value')
      : wrongType();
  }
  if (texts.length > limit) {
    throw invalid(
      'prompt',
      'array_above_max_length',
      `Invalid 'prompt': ${texts.length} prompts in one request, and this gateway makes at most ${limit} chat calls for one. Send them in smaller batches, or let the operator raise COMPLETIONS_MAX_PROMPTS.`,
    );
  }
  return texts;
}

function isTokens(prompt: readonly unknown[]): boolean {
  const numbers = (list: readonly unknown[]) => list.every((item) => typeof item === 'number');
  return numbers(prompt) || prompt.every((item) => Array.isArray(item) && numbers(item));
}

function wrongType(): GatewayError {
  return invalid(
    'prompt',
    'invalid_type',
    "Invalid type for 'prompt': expected a string or an array of strings.",
  );
}
