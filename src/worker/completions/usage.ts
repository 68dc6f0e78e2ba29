/** Token counts as upstreams report them: the one reader, and sums. */
import { numberOf } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';

/** Tokens of one answer (https://platform.openai.com/docs/api-reference/chat/object, `usage`). */
export interface TokenUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** A whole usage object: numbers, and objects of numbers for the details. */
export type Usage = Readonly<Record<string, unknown>>;

/**
 * Reads a `usage` object; undefined for anything without whole-number counts. A missing total is the sum. The Responses
 * API names its counts after input and output.
 */
export function readUsage(value: unknown): TokenUsage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = numberOf(value['prompt_tokens'] ?? value['input_tokens']);
  const completion = numberOf(value['completion_tokens'] ?? value['output_tokens']);
  const total = numberOf(value['total_tokens']);
  if (!isCount(prompt) || !isCount(completion)) return undefined;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: isCount(total) ? total : prompt + completion,
  };
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
