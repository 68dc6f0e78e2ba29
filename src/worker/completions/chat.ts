/** One chat completion out of a stream of its chunks, for a client that did not ask for a stream. */

import { DONE_EVENT, eventText } from '../http/events.ts';
import { isGiven, isRecord, parseJson } from '../http/json/read.ts';
import { randomId } from '../http/random-id.ts';
import { type Aggregated, aggregateStream, byIndex, indexOf, type Json, joined } from './aggregate.ts';
import { partOf } from './choice-part.ts';
import { type CallMarks, callOf } from './tool-call.ts';

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
    message[key] =
      key === 'tool_calls'
        ? addToolCalls(message[key], value ?? [])
        : key === 'content'
          ? addContent(message[key], value)
          : joined(message[key], value);
  }
}

/** Some vendors stream their thoughts as parts and the answer behind them as text. */
function addContent(sofar: unknown, more: unknown): unknown {
  const parts = (content: unknown) => {
    if (Array.isArray(content)) return content;
    return content ? [{ type: 'text', text: content }] : [];
  };
  return Array.isArray(sofar) || Array.isArray(more)
    ? [...parts(sofar), ...parts(more)]
    : joined(sofar, more);
}

/** Whether a whole message says once more what its pieces have said. */
function repeats({ content, tool_calls: calls }: Json, whole: Json): boolean {
  if (Array.isArray(calls)) return true;
  return typeof content === 'string' && content !== '' && String(whole['content']).startsWith(content);
}

function addToolCalls(sofar: unknown, fragments: unknown): unknown {
  const calls: Json[] = Array.isArray(sofar) ? sofar : [];
  for (const fragment of listOf(fragments)) {
    const at = callOf(marksOf(fragment), calls.map(marksOf));
    const { index: _, ...rest } = fragment;
    const call = calls[at];
    if (call === undefined) calls.push(fragment);
    else Object.assign(call, joined(call, rest));
  }
  return calls;
}

/** The calls of a message; some upstreams put a lone one where their list belongs. */
function listOf(calls: unknown): readonly Json[] {
  return (Array.isArray(calls) ? calls : [calls]).filter(isRecord);
}

function marksOf(call: Json): CallMarks {
  const { id, index } = call;
  const named = [call['function'], call['custom']].find(isRecord);
  const isNamed = Boolean(named?.['name']);
  const args = named?.['arguments'];
  return { id, index, isNamed, isWhole: () => typeof args === 'string' && isRecord(parseJson(args)) };
}

/** Whole tool calls stand in the order of their indexes and have none. */
function closeChoice({ message }: Json): void {
  if (!isRecord(message)) return;
  message['content'] = wholeContent(message['content']);
  if (isGiven(message['tool_calls']))
    message['tool_calls'] = [...listOf(message['tool_calls'])].sort(byIndex).map(wholeCall);
}

/** A call as clients need it: with an id, to answer it by, and arguments that are a text. */
function wholeCall({ index: _, ...call }: Json): Json {
  const { function: named } = call;
  const args = isRecord(named) ? named['arguments'] : undefined;
  return {
    ...call,
    id: call['id'] || randomId('call_'),
    type: call['type'] || 'function',
    ...(isRecord(named) && {
      function: { ...named, arguments: typeof args === 'string' ? args : JSON.stringify(args ?? {}) },
    }),
  };
}

/** Parts that are texts alone are one text, which every client reads. */
function wholeContent(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  const texts = content.map((part) => (isRecord(part) && part['type'] === 'text' ? part['text'] : undefined));
  return texts.every((text) => typeof text === 'string') ? texts.join('') : content;
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
  if (isGiven(delta['tool_calls']))
    delta['tool_calls'] = listOf(delta['tool_calls']).map((call, index) => ({ index, ...wholeCall(call) }));
  return delta;
}

function event(data: Json): string {
  return eventText(JSON.stringify(data));
}
