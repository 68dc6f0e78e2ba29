/** One chat completion out of a stream of its chunks, for a client that did not ask for a stream. */

import { DONE_EVENT, eventText } from '../http/events.ts';
import { isRecord } from '../http/json/read.ts';
import { type Aggregated, aggregateStream, byIndex, indexOf, type Json, joined } from './aggregate.ts';
import { partOf } from './choice-part.ts';

/**
 * Puts a whole event stream of chat completion chunks together.
 * @param asked how many choices were asked for: fewer are a cut answer, unless the upstream said `[DONE]`.
 */
export function aggregateChat(eventStream: string, asked = 1): Aggregated {
  return aggregateStream(eventStream, asked, { object: 'chat.completion', addChoice, closeChoice });
}

function addChoice(choices: Map<number, Json>, chunk: Json): void {
  const { index: _, delta, message: whole, text, logprobs, finish_reason: finish, ...rest } = chunk;
  const index = indexOf(chunk);
  const choice = choices.get(index) ?? {
    index,
    message: { role: 'assistant', content: null, refusal: null },
    logprobs: null,
    finish_reason: null,
  };
  choices.set(index, choice);
  const part = partOf({ delta, message: whole, text });
  const { message } = choice;
  if (part !== undefined && isRecord(message)) {
    if (part === whole && repeats(message, part)) Object.assign(message, part);
    else addDelta(message, part);
  }
  if (isRecord(logprobs)) choice['logprobs'] = joined(choice['logprobs'], logprobs);
  if (finish) choice['finish_reason'] = finish;
  // What only some upstreams say of a choice, such as content_filter_results or stop_reason: the last word counts.
  for (const [key, value] of Object.entries(rest)) {
    if (key !== '__proto__') choice[key] = value ?? choice[key] ?? null;
  }
}

function addDelta(message: Json, delta: Json): void {
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'role' || key === '__proto__') continue;
    message[key] = key === 'tool_calls' ? addToolCalls(message[key], value) : joined(message[key], value);
  }
}

/** Whether a whole message says once more what its pieces have said. */
function repeats({ content, tool_calls: calls }: Json, whole: Json): boolean {
  if (Array.isArray(calls)) return true;
  return typeof content === 'string' && content !== '' && String(whole['content']).startsWith(content);
}

/** Fragments of one tool call are told by its id, else by its index, which may begin anywhere, else they are the last call's. */
function addToolCalls(sofar: unknown, fragments: unknown): unknown {
  const calls: unknown[] = Array.isArray(sofar) ? sofar : [];
  if (!Array.isArray(fragments)) return sofar ?? fragments;
  for (const fragment of fragments) {
    if (!isRecord(fragment)) continue;
    const at = callOf(fragment, calls);
    const { index: _, ...rest } = fragment;
    if (at === -1) calls.push(fragment);
    else calls[at] = joined(calls[at], rest);
  }
  return calls;
}

/** Where the call stands that a fragment belongs to; -1 for a new one. */
function callOf(fragment: Json, calls: readonly unknown[]): number {
  const { id, index } = fragment;
  const isNamed = hasName(fragment);
  const isCall = (is: (call: Json) => boolean) => calls.findLastIndex((call) => isRecord(call) && is(call));
  // A second name under another index is another call, though its vendor gives both the same id.
  const isAnother = (call: Json) =>
    isNamed &&
    hasName(call) &&
    typeof index === 'number' &&
    typeof call['index'] === 'number' &&
    call['index'] !== index;
  const withId = (is: (call: Json) => boolean) => (id ? isCall((call) => call['id'] === id && is(call)) : -1);
  const bySame = withId((call) => call['index'] === index);
  const byId = bySame === -1 ? withId((call) => !isAnother(call)) : bySame;
  if (byId !== -1) return byId;
  const at = typeof index === 'number' ? isCall((call) => call['index'] === index) : calls.length - 1;
  const found = calls[at];
  if (!isRecord(found)) return -1;
  // A name under another id begins another call, whatever its index says; without ids and indexes, a second name does.
  const isOther = id ? Boolean(found['id']) : typeof index !== 'number' && hasName(found);
  return isOther && isNamed ? -1 : at;
}

function hasName(call: Json): boolean {
  return [call['function'], call['custom']].some((named) => isRecord(named) && Boolean(named['name']));
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
  if (choices.length === 0 || choices.some((choice) => partOf(choice) === undefined)) return undefined;
  const chunk = (list: readonly Json[], extra: Json = {}) =>
    event({ ...head, object: 'chat.completion.chunk', choices: list, ...extra });
  const nullUsage: Json = includeUsage ? { usage: null } : {};

  const events = choices.flatMap((choice, position) => {
    const { message: _, delta: __, text: ___, logprobs, finish_reason: finish, ...rest } = choice;
    const index = choice['index'] ?? position;
    const first = { index, delta: deltaOf(partOf(choice)), logprobs: logprobs ?? null, finish_reason: null };
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
