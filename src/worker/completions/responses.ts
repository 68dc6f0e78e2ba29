/** The wire form of a response (https://platform.openai.com/docs/api-reference/responses/object). */
import { numberOf } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { randomId } from '../http/random-id.ts';
import { type Usage, wholeUsage } from './usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** Marks the ids of answers that the gateway has made of chat completions; `endpoints.ts` and the routes know it. */
const BRIDGED = 'nx';

/** A new id: the kind's prefix, the mark, and 122 random bits. */
export function newId(kind: 'resp' | 'msg' | 'rs' | 'fc' | 'ctc' | 'tsc'): string {
  return randomId(`${kind}_${BRIDGED}`);
}

/** How a response stands. */
export interface ResponseEnd {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  /** Unix time in seconds; null before the end. */
  readonly completedAt: number | null;
  readonly error: Json | null;
  readonly incompleteReason: 'max_output_tokens' | 'content_filter' | null;
  /** The items as JSON texts. */
  readonly output: readonly string[];
  /** As the chat upstream reported it. */
  readonly usage: Usage | undefined;
}

/** What of a response is the same from its first event to its last. */
export interface ResponseHead {
  readonly id: string;
  /** Unix time in seconds. */
  readonly createdAt: number;
  readonly model: string;
  /** The members that repeat the request, in the order of the API, as JSON text: from `frequency_penalty` to `truncation`. */
  readonly request: RequestEcho;
}

/** What a response repeats of its request. Numbers are as they came. */
export interface RequestEcho {
  readonly frequency_penalty: unknown;
  readonly instructions: unknown;
  readonly max_output_tokens: unknown;
  readonly metadata: unknown;
  readonly parallel_tool_calls: unknown;
  readonly presence_penalty: unknown;
  readonly prompt_cache_key: unknown;
  readonly reasoning: unknown;
  readonly safety_identifier: unknown;
  readonly temperature: unknown;
  readonly text: unknown;
  readonly tool_choice: unknown;
  readonly tools: unknown;
  readonly top_logprobs: unknown;
  readonly top_p: unknown;
  readonly user: unknown;
}

/** Writes the same response at each of its stages. */
export class ResponseText {
  readonly #head: ResponseHead;
  /** What stands between `incomplete_details` and `output`, and between that and the usage. */
  readonly #beforeOutput: string;
  readonly #behindOutput: string;
  readonly #behindUsage: string;

  constructor(head: ResponseHead) {
    const { request } = head;
    this.#head = head;
    const members = (object: Json) => JSON.stringify(object).slice(1, -1);
    this.#beforeOutput = members({
      instructions: request.instructions,
      max_output_tokens: request.max_output_tokens,
      max_tool_calls: null,
      model: head.model,
    });
    this.#behindOutput = members({
      parallel_tool_calls: request.parallel_tool_calls,
      presence_penalty: request.presence_penalty,
      previous_response_id: null,
      prompt_cache_key: request.prompt_cache_key,
      prompt_cache_retention: null,
      reasoning: request.reasoning,
      safety_identifier: request.safety_identifier,
      service_tier: 'default',
      store: false,
      temperature: request.temperature,
      text: request.text,
      tool_choice: request.tool_choice,
      tools: request.tools,
      top_logprobs: request.top_logprobs,
      top_p: request.top_p,
      truncation: 'disabled',
    });
    this.#behindUsage = members({ user: request.user, metadata: request.metadata });
  }

  /** The response as JSON text. */
  at(end: ResponseEnd): string {
    const { id, createdAt, request } = this.#head;
    const begin = JSON.stringify({
      id,
      object: 'response',
      created_at: createdAt,
      status: end.status,
      background: false,
      completed_at: end.completedAt,
      error: end.error,
      frequency_penalty: request.frequency_penalty,
      incomplete_details: end.incompleteReason === null ? null : { reason: end.incompleteReason },
    }).slice(0, -1);
    const usage = JSON.stringify(responseUsage(end.usage));
    return `${begin},${this.#beforeOutput},"output":[${end.output.join(',')}],${this.#behindOutput},"usage":${usage},${this.#behindUsage}}`;
  }
}

/** Chat's usage under the names of the Responses API; null where the upstream reported none. */
function responseUsage(value: unknown): Json | null {
  const usage = wholeUsage(value);
  if (usage === undefined) return null;
  const detail = (of: string, name: string) => {
    const details = usage[of];
    return isRecord(details) ? numberOf(details[name]) : undefined;
  };
  return {
    input_tokens: numberOf(usage['prompt_tokens']),
    input_tokens_details: {
      cached_tokens:
        detail('prompt_tokens_details', 'cached_tokens') ?? numberOf(usage['prompt_cache_hit_tokens']) ?? 0,
    },
    output_tokens: numberOf(usage['completion_tokens']),
    output_tokens_details: {
      reasoning_tokens: detail('completion_tokens_details', 'reasoning_tokens') ?? 0,
    },
    total_tokens: numberOf(usage['total_tokens']),
  };
}
