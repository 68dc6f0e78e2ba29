/** What tells whether an upstream serves legacy completions for a model: its documents, or its refusal. */
import { vendorOf } from '../config/vendors.ts';
import { foreignError } from '../http/foreign-error.ts';
import { parseJson } from '../http/json/read.ts';
import type { NativeRefusal } from '../via-chat/strategy.ts';

/** Whether the upstream is documented to lack the endpoint for a model; undefined where it may have it. */
export function documentsText(base: string, model: string): false | undefined {
  const served = vendorOf(base)?.textCompletions ?? 'all';
  const lacks = served === 'none' || (served !== 'all' && !served.test(model));
  return lacks ? false : undefined;
}

/**
 * The wording of OpenAI ("This is a chat model and not supported in the v1/completions endpoint"), of DeepSeek, and of
 * those who point to the other endpoint; "not a chat model" means the opposite.
 */
const CHAT_MODEL_MESSAGE =
  /(?<!not )\b(?:a|is) chat model\b|\bv1\/chat\/completions\b|completions api is only available when using beta/i;

/** Others (a wrong key, too many requests) say nothing about the model or the endpoint. */
const REFUSAL_STATUSES: ReadonlySet<number> = new Set([400, 404, 405, 422]);

/** Azure's code for a model that does not serve the endpoint. */
const CHAT_MODEL_CODE = 'OperationNotSupported';

/**
 * Reads a refusal of the native endpoint.
 * @param body the text of the answer, or its beginning.
 */
export function readRefusal(status: number, body: string): NativeRefusal {
  if (!REFUSAL_STATUSES.has(status)) return 'other';
  const { message = '', code } = foreignError(parseJson(body));
  if (code === CHAT_MODEL_CODE || CHAT_MODEL_MESSAGE.test(message)) return 'chat-model';
  return status === 404 || status === 405 ? 'no-endpoint' : 'other';
}
