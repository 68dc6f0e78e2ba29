/** A request to the Responses API turned into a chat request: everything is settled here, before any upstream call. */
import type { RequestEcho } from '../completions/responses.ts';
import { parseLossless } from '../http/json/lossless.ts';
import { isGiven, isRecord } from '../http/json/read.ts';
import { invalid, refusingDepth } from '../via-chat/refusal.ts';
import { chatInput, type InputOptions } from './input.ts';
import type { ResponsesRequest } from './schema.ts';
import { storedItems } from './state.ts';
import { chatToolChoice, ToolSet } from './tools.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the plan depends on beside the request. */
export interface PlanOptions extends InputOptions {
  /** The model refuses `max_tokens`. */
  readonly isReasoningModel: boolean;
}

/** Everything the call and the answer need to know. */
export interface ResponsesPlan {
  readonly model: string;
  readonly stream: boolean;
  /** The chat request as JSON text. */
  readonly body: string;
  readonly tools: ToolSet;
  /** Reasoning is handed to the client as opaque content too, for it to send back. */
  readonly sealsReasoning: boolean;
  readonly echo: RequestEcho;
  /** What of the request was left out, by name. */
  readonly dropped: readonly string[];
}

/** Members that reach the chat request under another name, or end here, and are not worth a word. */
const CONSUMED: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'max_output_tokens',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'top_logprobs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'include',
  'metadata',
  'user',
  'stream_options',
]);

/** Members that say nothing where they have these values. */
const HARMLESS: Readonly<Record<string, readonly unknown[]>> = {
  store: [false],
  background: [false],
  truncation: ['disabled'],
  service_tier: ['auto', 'default'],
};

/** The most alternatives a token that chat gives. */
const MOST_LOGPROBS = 20;

/**
 * Plans the translation of a request.
 * @param request the checked request.
 * @param text the same as the JSON text it came as: what is forwarded keeps its number literals.
 * @throws {GatewayError} 400 that names the parameter which cannot be honoured, and why.
 */
export function planResponse(request: ResponsesRequest, text: string, options: PlanOptions): ResponsesPlan {
  return refusingDepth(() => plan(request, text, options));
}

function plan(request: ResponsesRequest, text: string, options: PlanOptions): ResponsesPlan {
  const { model } = request;
  if (!model) throw invalid('model', 'missing_required_parameter', "Missing required parameter: 'model'.");
  const members = parseLossless(text);
  if (!isRecord(members)) throw new TypeError('a checked request is an object');
  refuseLimits(request);

  const tools = new ToolSet();
  tools.add(request.tools ?? [], 'tools');
  const items = [...storedItems(request), ...ownItems(members['input'], request.instructions)];
  const input = chatInput(request.instructions ?? '', items, tools, options);
  const toolChoice = chatToolChoice(request.tool_choice);
  if (toolChoice.allowed !== undefined) tools.allowOnly(toolChoice.allowed);
  const includes = (what: string) => (request.include ?? []).includes(what);
  const format = 'format' in input.updates ? input.updates.format : request.text?.['format'];
  const effort = 'effort' in input.updates ? input.updates.effort : request.reasoning?.['effort'];

  const chat: Json = {
    model,
    messages: input.messages,
    ...(request.stream === true ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...limitOf(members, options.isReasoningModel),
    ...given(members, ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'user']),
    ...logprobsOf(request, includes('message.output_text.logprobs')),
    ...toolMembers(tools, toolChoice.choice, request.parallel_tool_calls),
    ...formatOf(format),
    ...(typeof effort === 'string' ? { reasoning_effort: effort } : {}),
  };
  return {
    model,
    stream: request.stream === true,
    body: JSON.stringify(chat),
    tools,
    sealsReasoning: includes('reasoning.encrypted_content'),
    echo: echoOf(members, request),
    dropped: [...droppedMembers(members), ...tools.dropped, ...input.dropped],
  };
}

function refuseLimits({ max_output_tokens: most, top_logprobs: top }: ResponsesRequest): void {
  if (typeof most === 'number' && most < 1) {
    throw invalid(
      'max_output_tokens',
      'integer_below_min_value',
      `Invalid 'max_output_tokens': expected a value >= 1, but got ${most} instead.`,
    );
  }
  if (typeof top === 'number' && (top < 0 || top > MOST_LOGPROBS)) {
    throw invalid(
      'top_logprobs',
      'invalid_value',
      `Invalid 'top_logprobs': expected a value from 0 to ${MOST_LOGPROBS}, but got ${top} instead.`,
    );
  }
}

/** @throws {GatewayError} 400 for a request that says nothing. */
function ownItems(input: unknown, instructions: string | null | undefined): readonly unknown[] {
  if (typeof input === 'string' && input !== '') return [{ role: 'user', content: input }];
  if (Array.isArray(input) && input.length > 0) return input;
  const isNothing = !isGiven(input) || input === '' || Array.isArray(input);
  if (!isNothing) {
    throw invalid(
      'input',
      'invalid_type',
      "Invalid type for 'input': expected a string or an array of items.",
    );
  }
  if (instructions) return [];
  throw invalid('input', 'missing_required_parameter', "Missing required parameter: 'input'.");
}

/** The limit of output tokens under the name that the model takes. What the operator has filled in has a name already. */
function limitOf(members: Json, isReasoningModel: boolean): Json {
  const name = isReasoningModel ? 'max_completion_tokens' : 'max_tokens';
  const limit = members['max_output_tokens'] ?? members[name];
  return isGiven(limit) ? { [name]: limit } : {};
}

function given(members: Json, names: readonly string[]): Json {
  const entries = names.map((name) => [name, members[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => isGiven(value)));
}

function logprobsOf({ top_logprobs: top }: ResponsesRequest, isIncluded: boolean): Json {
  const most = top ?? 0;
  if (!isIncluded && most === 0) return {};
  return { logprobs: true, ...(most > 0 ? { top_logprobs: most } : {}) };
}

function toolMembers(tools: ToolSet, choice: unknown, parallel: boolean | null | undefined): Json {
  const list = tools.chatTools();
  if (list.length === 0) return {};
  return {
    tools: list,
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...(typeof parallel === 'boolean' ? { parallel_tool_calls: parallel } : {}),
  };
}

/** @throws {GatewayError} 400 for a form of answer that chat does not know. */
function formatOf(format: unknown): Json {
  if (!isGiven(format)) return {};
  const type = isRecord(format) ? format['type'] : undefined;
  if (type === 'text') return {};
  if (type === 'json_object') return { response_format: { type } };
  if (type === 'json_schema' && isRecord(format)) {
    const schema = given(format, ['name', 'description', 'schema', 'strict']);
    return { response_format: { type, json_schema: schema } };
  }
  throw invalid(
    'text.format.type',
    'unsupported_value',
    "Unsupported 'text.format.type': a model that is served through chat completions knows 'text', 'json_object' and 'json_schema'.",
  );
}

function droppedMembers(members: Json): readonly string[] {
  const names = Object.entries(members).flatMap(([name, value]) => {
    const isHarmless = value === null || CONSUMED.has(name) || HARMLESS[name]?.includes(value) === true;
    return isHarmless ? [] : [name];
  });
  const text = members['text'];
  return isRecord(text) && typeof text['verbosity'] === 'string' ? [...names, 'text.verbosity'] : names;
}

/** What the response repeats. Numbers are as they came. */
function echoOf(members: Json, request: ResponsesRequest): RequestEcho {
  const or = (name: string, otherwise: unknown) => members[name] ?? otherwise;
  return {
    frequency_penalty: or('frequency_penalty', 0),
    instructions: or('instructions', null),
    max_output_tokens: or('max_output_tokens', null),
    metadata: or('metadata', {}),
    parallel_tool_calls: or('parallel_tool_calls', true),
    presence_penalty: or('presence_penalty', 0),
    prompt_cache_key: or('prompt_cache_key', null),
    reasoning: {
      effort: request.reasoning?.['effort'] ?? null,
      summary: request.reasoning?.['summary'] ?? null,
    },
    safety_identifier: or('safety_identifier', null),
    temperature: or('temperature', 1),
    text: {
      format: request.text?.['format'] ?? { type: 'text' },
      verbosity: request.text?.['verbosity'] ?? 'medium',
    },
    tool_choice: or('tool_choice', 'auto'),
    tools: (Array.isArray(members['tools']) ? members['tools'] : []).map(echoedTool),
    top_logprobs: or('top_logprobs', 0),
    top_p: or('top_p', 1),
    user: or('user', null),
  };
}

/** Clients check that a function has all its members. */
function echoedTool(tool: unknown): unknown {
  if (!isRecord(tool) || tool['type'] !== 'function') return tool;
  return { description: null, parameters: null, strict: null, ...tool };
}
