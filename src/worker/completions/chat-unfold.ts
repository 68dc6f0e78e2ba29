/** A stream of chunks out of one chat completion, for a client that asked for a stream. */
import { isRecord } from '../http/json/read.ts';

type Json = Record<string, unknown>;

/**
 * The events of a completion, `[DONE]` included: one chunk with each choice's whole message, one with its finish
 * reason, and the usage where it was asked for (https://platform.openai.com/docs/api-reference/chat-streaming).
 * @returns undefined for a JSON value that is no chat completion, or one without any choice.
 */
export function unfoldChat(completion: unknown, includeUsage: boolean): string | undefined {
  if (!isRecord(completion) || !Array.isArray(completion['choices'])) return undefined;
  // Some clients take any `error` member of a chunk for an error, also null.
  const { choices: _, usage, error: __, ...head } = completion;
  const choices = completion['choices'].filter(isRecord);
  if (choices.length === 0) return undefined;
  const chunk = (list: readonly Json[], extra: Json = {}) =>
    event({ ...head, object: 'chat.completion.chunk', choices: list, ...extra });
  const nullUsage: Json = includeUsage ? { usage: null } : {};

  const events = choices.flatMap((choice, position) => {
    const { message, logprobs, finish_reason: finish, ...rest } = choice;
    const index = choice['index'] ?? position;
    const first = { index, delta: deltaOf(message), logprobs: logprobs ?? null, finish_reason: null };
    const last = { ...rest, index, delta: {}, logprobs: null, finish_reason: finish || 'stop' };
    return [chunk([first], nullUsage), chunk([last], nullUsage)];
  });
  if (includeUsage && isRecord(usage)) events.push(chunk([], { usage }));
  return `${events.join('')}data: [DONE]\n\n`;
}

/** The message as a first delta: its role, and an index for each tool call, which clients put them together by. */
function deltaOf(message: unknown): Json {
  const delta: Json = { ...(isRecord(message) ? message : {}), role: 'assistant' };
  const calls = delta['tool_calls'];
  if (Array.isArray(calls)) {
    delta['tool_calls'] = calls.map((call, index) => (isRecord(call) ? { index, ...call } : call));
  }
  return delta;
}

function event(data: Json): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
