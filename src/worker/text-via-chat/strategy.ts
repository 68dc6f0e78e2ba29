/** Whether a legacy completion goes upstream as it is or is translated to chat: the decision, as pure functions. */
import { vendorOf } from '../config/vendors.ts';
import { isRecord, parseJson } from '../http/json/read.ts';

/** `native`: the bytes untouched. `native-first`: likewise, but a chat model's refusal leads to `chat`: translated. */
export type CompletionStrategy = 'native' | 'native-first' | 'chat';

/** What the decision depends on. */
export interface StrategyFacts {
  readonly mode: 'auto' | 'native' | 'chat';
  /** The upstream's base address. */
  readonly base: string;
  readonly model: string;
  /** This upstream has refused this model here before, and chat has answered. */
  readonly knownChat: boolean;
}

/** How a legacy completion is served. */
export function completionStrategy({ mode, base, model, knownChat }: StrategyFacts): CompletionStrategy {
  if (mode !== 'auto') return mode;
  if (knownChat || lacksEndpoint(base, model)) return 'chat';
  return 'native-first';
}

function lacksEndpoint(base: string, model: string): boolean {
  const served = vendorOf(base)?.textCompletions ?? 'all';
  return served === 'none' || (served !== 'all' && !served.test(model));
}

/**
 * What a refusal of the native endpoint says. `chat-model`: the model is one for chat. `no-endpoint`: the endpoint, or
 * the model, is not there. `other`: nothing about either; it is the client's answer.
 */
export type NativeRefusal = 'chat-model' | 'no-endpoint' | 'other';

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
  const envelope = parseJson(body);
  const error = isRecord(envelope) ? envelope['error'] : undefined;
  const { message, code } = isRecord(error) ? error : { message: error, code: undefined };
  if (code === CHAT_MODEL_CODE) return 'chat-model';
  if (typeof message === 'string' && CHAT_MODEL_MESSAGE.test(message)) return 'chat-model';
  return status === 404 || status === 405 ? 'no-endpoint' : 'other';
}
