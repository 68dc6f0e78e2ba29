/** Which members of a legacy request travel in the chat request, and under which name. */
import { parseLossless } from '../http/json/lossless.ts';
import { isGiven, isRecord } from '../http/json/read.ts';
import { invalid, refusingDepth } from '../via-chat/refusal.ts';

/** Fields that would change the shape of the answer, or that the translation itself writes. */
const CHAT_ONLY = new Set([
  'messages',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'modalities',
  'audio',
  'top_logprobs',
]);

/** Fields that end in the gateway, or reach the chat request under another name or meaning. */
const CONSUMED = new Set(['prompt', 'suffix', 'echo', 'best_of', 'logprobs', 'max_tokens']);

/** What the translation decided about the members. */
export interface MemberChoices {
  readonly model: string;
  readonly logprobs: number | undefined;
  readonly dropped: readonly string[];
  /** The name under which the model takes its limit of output tokens. */
  readonly limitName: 'max_tokens' | 'max_completion_tokens';
}

/**
 * The members that all chat requests of one legacy request share, as JSON text without braces. Unknown members pass
 * verbatim: upstreams have parameters of their own (`top_k`, `min_p`).
 * @param text the legacy request as it came: JSON text of an object.
 * @throws {GatewayError} 400 for a field that belongs to chat, or for nesting too deep to write again.
 */
export function chatMembers(text: string, choices: MemberChoices): string {
  return refusingDepth(() => {
    const legacy = parseLossless(text);
    if (!isRecord(legacy)) throw new TypeError('a checked request is an object');
    return JSON.stringify(Object.fromEntries(chatEntries(legacy, choices))).slice(1, -1);
  });
}

function* chatEntries(
  legacy: Readonly<Record<string, unknown>>,
  choices: MemberChoices,
): Generator<[string, unknown]> {
  yield ['model', choices.model];
  for (const [name, value] of Object.entries(legacy)) {
    if (CHAT_ONLY.has(name)) refuseUnlessNull(name, value);
    else if (CONSUMED.has(name) || choices.dropped.includes(name)) continue;
    else if (value !== null || name !== choices.limitName) yield [name, value];
  }
  const limit = legacy['max_tokens'];
  if (isGiven(limit)) yield [choices.limitName, limit];
  if (choices.logprobs !== undefined) yield ['logprobs', true];
  if (choices.logprobs) yield ['top_logprobs', choices.logprobs];
}

function refuseUnlessNull(name: string, value: unknown): void {
  if (value === null) return;
  throw invalid(
    name,
    'unknown_parameter',
    `Unrecognized request argument supplied: ${name}. It belongs to /v1/chat/completions.`,
  );
}
