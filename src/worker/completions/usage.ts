/** Token counts as upstreams report them: the one reader, and sums. */
import { numberOf } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';

/** Tokens of one answer (https://platform.openai.com/docs/api-reference/chat/object, `usage`). */
export interface TokenUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** The part of the prompt that came from the vendor's cache, where it says so. */
  readonly cached_tokens?: number;
  /** The part of the prompt that was written to the vendor's cache, where it says so. */
  readonly cache_write_tokens?: number;
  /** What the vendor itself says that the answer cost, USD. */
  readonly cost_usd?: number;
}

/** A whole usage object: numbers, and objects of numbers for the details. */
export type Usage = Readonly<Record<string, unknown>>;

/**
 * Reads a `usage` object; undefined for anything without whole-number counts. A missing total is the sum. The Responses
 * API names its counts after input and output.
 */
export function readUsage(value: unknown): TokenUsage | undefined {
  if (!isRecord(value)) return undefined;
  const counted = numberOf(value['prompt_tokens'] ?? value['input_tokens']);
  const completion = numberOf(value['completion_tokens'] ?? value['output_tokens']);
  const total = numberOf(value['total_tokens']);
  if (!isCount(counted) || !isCount(completion)) return undefined;
  const { cached, written, isBeside } = cacheOf(value);
  const prompt = isBeside ? counted + (cached ?? 0) + (written ?? 0) : counted;
  const cost = costOf(value);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: isCount(total) ? total : prompt + completion,
    ...(cached !== undefined && { cached_tokens: cached }),
    ...(written !== undefined && { cache_write_tokens: written }),
    ...(cost !== undefined && { cost_usd: cost }),
  };
}

/** What of a prompt was read from the vendor's cache, and written to it. */
interface CacheUse {
  readonly cached: number | undefined;
  readonly written: number | undefined;
  /** They are counted beside the prompt's tokens, and not among them. */
  readonly isBeside: boolean;
}

/** Names under which the details of a prompt tell what was written: OpenAI and OpenRouter, LiteLLM, Qwen and Anthropic. */
const WRITTEN = ['cache_write_tokens', 'cache_creation_tokens', 'cache_creation_input_tokens'] as const;

/**
 * Anthropic's own form counts `cache_read_input_tokens` and `cache_creation_input_tokens` beside `input_tokens`
 * (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching); every other form counts them in the prompt.
 */
function cacheOf(usage: Record<string, unknown>): CacheUse {
  const details = usage['prompt_tokens_details'] ?? usage['input_tokens_details'];
  const inDetails = isRecord(details) ? details : {};
  const first = (...values: readonly unknown[]) => values.map(numberOf).find(isCount);
  const cached = first(
    inDetails['cached_tokens'],
    usage['prompt_cache_hit_tokens'],
    usage['cached_tokens'],
    usage['cache_read_input_tokens'],
  );
  const written = first(...WRITTEN.map((name) => inDetails[name]), usage['cache_creation_input_tokens']);
  const isBeside = usage['prompt_tokens'] === undefined && !isRecord(details);
  const isAnthropic = 'cache_read_input_tokens' in usage || 'cache_creation_input_tokens' in usage;
  return { cached, written, isBeside: isBeside && isAnthropic };
}

/** The same for an answer in which nothing is completed, such as an embedding: its prompt alone is counted. */
export function readPromptUsage(value: unknown): TokenUsage | undefined {
  if (!isRecord(value)) return undefined;
  return (
    readUsage(value) ??
    readUsage({ completion_tokens: 0, ...value, output_tokens: value['output_tokens'] ?? 0 })
  );
}

/** xAI's unit of cost: ten billion of them are a dollar (https://docs.x.ai/docs/api-reference). */
const TICKS_PER_DOLLAR = 10_000_000_000;

/** OpenRouter and others say `cost` in dollars. */
function costOf(usage: Record<string, unknown>): number | undefined {
  const ticks = numberOf(usage['cost_in_usd_ticks']);
  if (ticks !== undefined && ticks >= 0) return ticks / TICKS_PER_DOLLAR;
  const dollars = numberOf(usage['cost']);
  return dollars !== undefined && dollars >= 0 ? dollars : undefined;
}

/** The usage of an answer with all its details, or undefined. Without the three counts, clients reject the object. */
export function wholeUsage(value: unknown): Usage | undefined {
  const counts = readUsage(value);
  return counts === undefined || !isRecord(value)
    ? undefined
    : { ...value, total_tokens: value['total_tokens'] ?? counts.total_tokens };
}

/** The key-wise sum, details included; undefined as soon as one call reported none, for half a bill is a wrong one. */
export function sumUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const [first, ...rest] = usages;
  if (first === undefined) return undefined;
  let sum = first;
  for (const usage of rest) {
    if (usage === undefined) return undefined;
    sum = add(sum, usage);
  }
  return sum;
}

function add(left: Usage, right: Usage): Usage {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...keys].map((key) => [key, addValues(left[key], right[key])]));
}

function addValues(left: unknown, right: unknown): unknown {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a + b;
  if (a === undefined && b === undefined && isRecord(left) && isRecord(right)) return add(left, right);
  return left ?? right;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
