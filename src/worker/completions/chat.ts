/** One chat completion out of a stream of its chunks, for a client that did not ask for a stream. */

import { DONE_EVENT, eventText } from '../http/events.ts';
import { numberOf } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { type Aggregated, aggregateStream, byIndex, type Json, joined } from './aggregate.ts';

/**
 * Puts a whole event stream of chat completion chunks together.
 * @param asked how many choices were asked for: fewer are a cut answer, unless the upstream said `[DONE]`.
 */
export function aggregateChat(eventStream: string, asked = 1): Aggregated {
  return aggregateStream(eventStream, asked, { object: 'chat.completion', addChoice, closeChoice });
}

function addChoice(choices: Map<number, Json>, chunk: Json): void {
  const { index: position, delta, logprobs, finish_reason: finish, ...rest } = chunk;
  const index = numberOf(position) ?? 0;
  const choice = choices.get(index) ?? {
    index,
    message: { role: 'assistant', content: null, refusal: null },
    logprobs: null,
    finish_reason: null,
  };
  choices.set(index, choice);
  if (isRecord(delta) && isRecord(choice['message'])) addDelta(choice['message'], delta);
  if (isRecord(logprobs)) choice['logprobs'] = joined(choice['logprobs'], logprobs);
  if (finish) choice['finish_reason'] = finish;
  // What only some upstreams say of a choice, such as content_filter_results or stop_reason: the last word counts.
  for (const [key, value] of Object.entries(rest)) {
    if (key !== 'message' && key !== '__proto__') choice[key] = value ?? choice[key] ?? null;
  }
}

function addDelta(message: Json, delta: Json): void {
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'role' || key === '__proto__') continue;
    message[key] = key === 'tool_calls' ? addToolCalls(message[key], value) : joined(message[key], value);
  }
}

/** Fragments of a tool call share an index, which may begin anywhere; one without an index is a call of its own. */
function addToolCalls(sofar: unknown, fragments: unknown): unknown {
  const calls: unknown[] = Array.isArray(sofar) ? sofar : [];
  if (!Array.isArray(fragments)) return sofar ?? fragments;
  for (const fragment of fragments) {
    if (!isRecord(fragment)) continue;
    const { index, ...rest } = fragment;
    const at =
      typeof index === 'number' ? calls.findIndex((call) => isRecord(call) && call['index'] === index) : -1;
    if (at === -1) calls.push({ index, ...rest });
    else calls[at] = joined(calls[at], rest);
  }
  return calls;
}

/** Whole tool calls stand in the order of their indexes and have none. */
function closeChoice({ message }: Json): void {
  if (!isRecord(message) || !Array.isArray(message['tool_calls'])) return;
  const calls = message['tool_calls'].filter(isRecord).sort(byIndex);
  message['tool_calls'] = calls.map(({ index: _, ...call }) => ({
    ...call,
    type: call['type'] || 'function',
  }));
}

/**
 * The events of a completion, `[DONE]` included: one chunk with each choice's whole message, one with its finish
 * reason, and the usage where it was asked for (https://platform.openai.com/docs/api-reference/chat-streaming).
 * @returns undefined for a JSON value that is no chat completion, or one without any choice.
 */
export function expandChat(completion: unknown, includeUsage: boolean): string | undefined {
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
  return `${events.join('')}${DONE_EVENT}`;
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
  return eventText(JSON.stringify(data));
}
