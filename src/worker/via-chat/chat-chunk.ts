/** Reading what a chat upstream says: an answer, or one event of a stream. */
import { errorForCompletion, errorUnderSuccess } from '../http/foreign-error.ts';
import { parseLossless } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { cutAnswer, reportedError, unusableAnswer } from '../http/upstream-failure.ts';

/**
 * A chat completion, or a chunk of one.
 * @param secrets what the upstream's errors may quote and must be redacted.
 * @throws {GatewayError} 502 for what is no JSON, or an error object, whatever its status was.
 */
export function parseChat(text: string, secrets: readonly string[]): unknown {
  let value: unknown;
  try {
    value = parseLossless(text);
  } catch {
    throw cutAnswer();
  }
  const error = errorUnderSuccess(value);
  if (error !== undefined) throw reportedError(error, secrets);
  return value;
}

/** A whole chat completion. */
export interface WholeChat extends Readonly<Record<string, unknown>> {
  readonly choices: readonly unknown[];
}

/**
 * Reads a whole chat completion.
 * @throws {GatewayError} 502 for what is none, and what `parseChat` throws.
 */
export function parseWholeChat(text: string, secrets: readonly string[]): WholeChat {
  const completion = parseChat(text, secrets);
  if (isRecord(completion) && isWhole(completion)) return completion;
  const error = errorForCompletion(completion);
  throw error === undefined ? unusableAnswer('JSON of another kind') : reportedError(error, secrets);
}

function isWhole(completion: Readonly<Record<string, unknown>>): completion is WholeChat {
  return Array.isArray(completion['choices']);
}

/** A finish reason that says something. Of what is reported in its place, the error is thrown. */
export function finishOf(
  choice: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): string | null {
  const reason = choice['finish_reason'];
  if (reason === 'error') throw reportedError(choice['error'], secrets);
  return typeof reason === 'string' && reason !== '' ? reason : null;
}

/** What a delta may hold beside its content without saying anything. */
const SILENT: ReadonlySet<unknown> = new Set([undefined, null, '']);

/** The text of a chunk that brings a text to one choice and nothing else; undefined for any other. */
export function plainContentOf(chunk: unknown): string | undefined {
  if (!isRecord(chunk)) return undefined;
  const { choices, usage } = chunk;
  const choice: unknown = Array.isArray(choices) && choices.length === 1 ? choices[0] : undefined;
  if (!isRecord(choice) || !SILENT.has(usage)) return undefined;
  const { delta, logprobs, finish_reason: finish } = choice;
  if (!isRecord(delta) || !SILENT.has(logprobs) || !SILENT.has(finish)) return undefined;
  const { content, role, ...others } = delta;
  const isPlain = typeof content === 'string' && Object.values(others).every((each) => SILENT.has(each));
  return isPlain ? content : undefined;
}

/** The log probabilities of a choice, token by token, of its text or its refusal. */
export function tokenList(logprobs: unknown): readonly unknown[] {
  if (!isRecord(logprobs)) return [];
  const { content, refusal } = logprobs;
  if (Array.isArray(content) && content.length > 0) return content;
  return Array.isArray(refusal) ? refusal : [];
}
