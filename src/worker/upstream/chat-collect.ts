/** One chat completion out of a stream of its chunks, for a client that did not ask for a stream. */
import { createParser } from 'eventsource-parser';
import { isRecord, parseJson } from '../json/read.ts';

type Json = Record<string, unknown>;

/** What a stream comes to: a completion, the upstream's own error object, or a stream that ended too early. */
export type Collected =
  | { readonly kind: 'completion'; readonly completion: Json }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'cut' };

/** Puts a whole event stream of chat completion chunks together. */
export function collectChat(eventStream: string): Collected {
  let head: Json | undefined;
  let usage: unknown;
  let error: unknown;
  const choices = new Map<number, Json>();
  const parser = createParser({
    onEvent({ data }) {
      const chunk = data.trim() === '[DONE]' ? undefined : parseJson(data);
      if (!isRecord(chunk)) return;
      if (chunk['error']) error ??= chunk['error'];
      if (isRecord(chunk['usage'])) usage = chunk['usage'];
      if (!Array.isArray(chunk['choices'])) return;
      head = { ...chunk, ...withoutBlank(head) };
      for (const choice of chunk['choices']) if (isRecord(choice)) addChoice(choices, choice);
    },
  });
  parser.feed(`${eventStream}\n\n`);

  if (error !== undefined) return { kind: 'error', error };
  const list = [...choices.values()].sort((a, b) => Number(a['index']) - Number(b['index']));
  if (head === undefined || list.length === 0 || list.some((choice) => !choice['finish_reason'])) {
    return { kind: 'cut' };
  }
  const { choices: _, usage: __, obfuscation: ___, ...rest } = head;
  const completion = { ...rest, object: 'chat.completion', choices: list };
  return { kind: 'completion', completion: usage === undefined ? completion : { ...completion, usage } };
}

/** Azure's first chunk has an empty id and model: later ones fill them in. */
function withoutBlank(head: Json | undefined): Json {
  return Object.fromEntries(Object.entries(head ?? {}).filter(([, value]) => value !== '' && value !== 0));
}

function addChoice(choices: Map<number, Json>, chunk: Json): void {
  const index = typeof chunk['index'] === 'number' ? chunk['index'] : 0;
  const choice = choices.get(index) ?? {
    index,
    message: { role: 'assistant', content: null, refusal: null },
    logprobs: null,
    finish_reason: null,
  };
  choices.set(index, choice);
  if (isRecord(chunk['delta']) && isRecord(choice['message'])) addDelta(choice['message'], chunk['delta']);
  if (isRecord(chunk['logprobs'])) choice['logprobs'] = joined(choice['logprobs'], chunk['logprobs']);
  if (chunk['finish_reason']) choice['finish_reason'] = chunk['finish_reason'];
}

function addDelta(message: Json, delta: Json): void {
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'role' || key === '__proto__') continue;
    message[key] = key === 'tool_calls' ? addToolCalls(message[key], value) : joined(message[key], value);
  }
}

/** Fragments of a tool call share an index; only the first has an id, a type and a name. */
function addToolCalls(sofar: unknown, fragments: unknown): unknown {
  const calls: unknown[] = Array.isArray(sofar) ? sofar : [];
  if (!Array.isArray(fragments)) return sofar ?? fragments;
  for (const fragment of fragments) {
    if (!isRecord(fragment)) continue;
    const { index, id, type, ...rest } = fragment;
    const at = typeof index === 'number' && index >= 0 && index <= calls.length ? index : calls.length;
    const call = isRecord(calls[at]) ? calls[at] : { id, type: type ?? 'function' };
    for (const [key, value] of Object.entries(rest)) call[key] = joined(call[key], value);
    calls[at] = call;
  }
  return calls;
}

/** Strings and lists grow, objects grow member by member, anything else is replaced. */
function joined(sofar: unknown, more: unknown): unknown {
  if (more === null || more === undefined) return sofar ?? more;
  if (typeof sofar === 'string' && typeof more === 'string') return sofar + more;
  if (Array.isArray(sofar) && Array.isArray(more)) return [...sofar, ...more];
  if (isRecord(sofar) && isRecord(more)) {
    const result: Json = { ...sofar };
    for (const [key, value] of Object.entries(more)) result[key] = joined(result[key], value);
    return result;
  }
  return more;
}
