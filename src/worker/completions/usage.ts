/** Token counts as upstreams report them. */
import { numberOf } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';

/** Tokens of one answer (https://platform.openai.com/docs/api-reference/chat/object, `usage`). */
export interface TokenUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** Reads a `usage` object; undefined for anything without whole-number counts. A missing total is the sum. */
export function readUsage(value: unknown): TokenUsage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = numberOf(value['prompt_tokens']);
  const completion = numberOf(value['completion_tokens']);
  const total = numberOf(value['total_tokens']);
  if (!isCount(prompt) || !isCount(completion)) return undefined;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: isCount(total) ? total : prompt + completion,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
