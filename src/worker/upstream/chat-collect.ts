/** One chat completion out of a stream of its chunks, for a client that did not ask for a stream. */
import { createParser } from 'eventsource-parser';
import { isRecord, parseJson } from '../json/read.ts';

type Json = Record<string, unknown>;

/** What a stream comes to: a completion, the upstream's own error object, or a stream that ended too early. */
export type Collected =
  | { readonly kind: 'completion'; readonly completion: Json }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'cut' };

/**
 * Puts a whole event stream of chat completion chunks together.
 * @param asked how many choices were asked for: fewer are a cut answer, unless the upstream said `[DONE]`.
 */
export function collectChat(eventStream: string, asked = 1): Collected {
  let head: Json | undefined;
  let usage: unknown;
  let error: unknown;
  let done = false;
  let torn = false;
  const choices = new Map<number, Json>();
  const parser = createParser({
    onEvent({ data }) {
      if (data.trim() === '[DONE]') done = true;
      if (done) return;
      const chunk = parseJson(data);
      torn = chunk === undefined;
      if (!isRecord(chunk)) return;
      if (chunk['error']) error ??= chunk['error'];
      if (isRecord(chunk['usage'])) usage = chunk['usage'];
      if (!Array.isArray(chunk['choices'])) return;
      head = { ...head, ...chunk, ...withoutBlank(head) };
      for (const choice of chunk['choices']) if (isRecord(choice)) addChoice(choices, choice);
    },
  });
  parser.feed(`${eventStream}\n\n`);

  if (error !== undefined) return { kind: 'error', error };
  const list = [...choices.values()].sort(byIndex);
  const ended = list.length >= asked && list.every((choice) => choice['finish_reason']);
  if (head === undefined || list.length === 0 || !(done || (ended && !torn))) return { kind: 'cut' };
  for (const { message } of list) if (isRecord(message)) closeToolCalls(message);
  const { choices: _, usage: __, obfuscation: ___, error: ____, ...rest } = head;
  const completion = { ...rest, object: 'chat.completion', choices: list };
  return { kind: 'completion', completion: usage === undefined ? completion : { ...completion, usage } };
}

/** Azure's first chunk has an empty id and model: later ones fill them in, as they do what is null. */
function withoutBlank(head: Json | undefined): Json {
  return Object.fromEntries(Object.entries(head ?? {}).filter(([, value]) => value));
}

function addChoice(choices: Map<number, Json>, chunk: Json): void {
  const { index: position, delta, logprobs, finish_reason: finish, ...rest } = chunk;
  const index = typeof position === 'number' ? position : 0;
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
function closeToolCalls(message: Json): void {
  if (!Array.isArray(message['tool_calls'])) return;
  const calls = message['tool_calls'].filter(isRecord).sort(byIndex);
  message['tool_calls'] = calls.map(({ index: _, ...call }) => ({
    ...call,
    type: call['type'] || 'function',
  }));
}

/** What has no index keeps its place among its like. */
function byIndex(a: Json, b: Json): number {
  return typeof a['index'] === 'number' && typeof b['index'] === 'number' ? a['index'] - b['index'] : 0;
}

/** These come whole; upstreams that repeat them in every fragment mean the same one. */
const WHOLE_MEMBERS: ReadonlySet<string> = new Set(['id', 'type', 'name']);

/** Strings and lists grow, objects grow member by member, anything else is replaced. */
function joined(sofar: unknown, more: unknown): unknown {
  if (more === null || more === undefined) return sofar ?? more;
  if (typeof sofar === 'string' && typeof more === 'string') return sofar + more;
  if (Array.isArray(sofar) && Array.isArray(more)) return [...sofar, ...more];
  if (isRecord(sofar) && isRecord(more)) {
    const members = Object.entries(more).map(([key, value]) => {
      const before = Object.hasOwn(sofar, key) ? sofar[key] : undefined;
      return [key, WHOLE_MEMBERS.has(key) && before ? before : joined(before, value)] as const;
    });
    return { ...sofar, ...Object.fromEntries(members) };
  }
  return more;
}
