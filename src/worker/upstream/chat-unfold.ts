/** A stream of chunks out of one chat completion, for a client that asked for a stream. */
import { isRecord } from '../json/read.ts';

type Json = Record<string, unknown>;

/**
 * The events of a completion, `[DONE]` included: one chunk with each choice's whole message, one with its finish
 * reason, and the usage where it was asked for (https://platform.openai.com/docs/api-reference/chat-streaming).
 * @returns undefined for a JSON value that is no chat completion.
 */
export function unfoldChat(completion: unknown, includeUsage: boolean): string | undefined {
  if (!isRecord(completion) || !Array.isArray(completion['choices'])) return undefined;
  const { choices: _, usage, ...head } = completion;
  const choices = completion['choices'].filter(isRecord);
  const chunk = (list: readonly Json[], extra: Json = {}) =>
    event({ ...head, object: 'chat.completion.chunk', choices: list, ...extra });
  const nullUsage: Json = includeUsage ? { usage: null } : {};

  const events = choices.flatMap((choice, position) => {
    const index = choice['index'] ?? position;
    const finish = choice['finish_reason'] || 'stop';
    return [
      chunk(
        [{ index, delta: deltaOf(choice), logprobs: choice['logprobs'] ?? null, finish_reason: null }],
        nullUsage,
      ),
      chunk([{ index, delta: {}, logprobs: null, finish_reason: finish }], nullUsage),
    ];
  });
  if (includeUsage && isRecord(usage)) events.push(chunk([], { usage }));
  return `${events.join('')}data: [DONE]\n\n`;
}

/** The message as a first delta: its role, and an index for each tool call, which clients put them together by. */
function deltaOf(choice: Json): Json {
  const message = isRecord(choice['message']) ? choice['message'] : {};
  const calls = message['tool_calls'];
  const delta: Json = { ...message, role: 'assistant' };
  if (Array.isArray(calls)) {
    delta['tool_calls'] = calls.map((call, index) => (isRecord(call) ? { index, ...call } : call));
  }
  return delta;
}

function event(data: Json): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
