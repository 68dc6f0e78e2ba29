/** One completion out of a stream of its chunks: what chat and legacy completions have in common. */

import { DONE, eventsOf } from '../http/events.ts';
import { errorUnderSuccess } from '../http/foreign-error.ts';
import { numberOf, readLossless } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { partOf } from './choice-part.ts';

/** A JSON object that is being put together. */
export type Json = Record<string, unknown>;

/** What a stream comes to: a completion, the upstream's own error object, or one that is of no use. */
export type Aggregated =
  | { readonly kind: 'completion'; readonly completion: Json }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'cut' }
  /** It came to its end, and at least one choice says nothing that is understood. */
  | { readonly kind: 'unknown' };

/** What distinguishes the completions of one endpoint. */
export interface CompletionForm {
  /** What the completion calls itself. */
  readonly object: string;
  /** Adds one chunk's choice to the choices so far, by index. */
  readonly addChoice: (choices: Map<number, Json>, chunk: Json) => void;
  /** Gives a choice that is whole its last form. */
  readonly closeChoice?: (choice: Json) => void;
}

/**
 * Puts a whole event stream of completion chunks together.
 * @param asked how many choices were asked for: fewer are a cut answer, unless the upstream said `[DONE]`.
 */
export function aggregateStream(eventStream: string, asked: number, form: CompletionForm): Aggregated {
  let head: Json | undefined;
  let usage: unknown;
  let error: unknown;
  let done = false;
  let torn = false;
  const choices = new Map<number, Json>();
  const understood = new Set<number>();
  for (const { data } of eventsOf(eventStream)) {
    if (data.trim() === DONE) {
      done = true;
      break;
    }
    const chunk = readLossless(data);
    torn = chunk === undefined;
    error ??= errorUnderSuccess(chunk);
    if (!isRecord(chunk)) continue;
    if (isRecord(chunk['usage'])) usage = chunk['usage'];
    if (!Array.isArray(chunk['choices'])) continue;
    head = { ...head, ...chunk, ...withoutBlank(head) };
    for (const choice of chunk['choices']) {
      if (!isRecord(choice)) continue;
      form.addChoice(choices, choice);
      if (partOf(choice) !== undefined) understood.add(indexOf(choice));
    }
  }

  if (error !== undefined) return { kind: 'error', error };
  const list = [...choices.values()].sort(byIndex);
  const ended = list.length >= asked && list.every((choice) => choice['finish_reason']);
  if (head === undefined || list.length === 0 || !(done || (ended && !torn))) return { kind: 'cut' };
  if (!list.every((choice) => understood.has(indexOf(choice)))) return { kind: 'unknown' };
  for (const choice of list) form.closeChoice?.(choice);
  const { choices: _, usage: __, obfuscation: ___, error: ____, ...rest } = head;
  const completion = { ...rest, object: form.object, choices: list };
  return { kind: 'completion', completion: usage === undefined ? completion : { ...completion, usage } };
}

/** Azure's first chunk has an empty id and model: later ones fill them in, as they do what is null. */
function withoutBlank(head: Json | undefined): Json {
  return Object.fromEntries(Object.entries(head ?? {}).filter(([, value]) => value));
}

/** The place of a choice among the choices of its answer. */
export function indexOf(choice: Json): number {
  return numberOf(choice['index']) ?? 0;
}

/** What has no index keeps its place among its like. */
export function byIndex(a: Json, b: Json): number {
  return typeof a['index'] === 'number' && typeof b['index'] === 'number' ? a['index'] - b['index'] : 0;
}

/** These come whole; upstreams that repeat them in every fragment mean the same one. */
const WHOLE_MEMBERS: ReadonlySet<string> = new Set(['id', 'type', 'name']);

/** Strings and lists grow, objects grow member by member, anything else is replaced. */
export function joined(sofar: unknown, more: unknown): unknown {
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
