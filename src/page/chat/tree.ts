/** Reading a conversation's tree: the shown branch, and the versions at each fork. Pure. */
import type { Message } from './types.ts';

export type Messages = ReadonlyMap<string, Message>;

/** The messages from the first to `leaf`. A broken or circular chain ends where it breaks. */
export function branch(messages: Messages, leaf: string | null): readonly Message[] {
  const path: Message[] = [];
  const seen = new Set<string>();
  for (let id = leaf; id !== null && !seen.has(id); ) {
    const message = messages.get(id);
    if (!message) break;
    seen.add(id);
    path.unshift(message);
    id = message.parent;
  }
  return path;
}

/** A message and its alternatives, oldest first. */
export function versions(messages: Messages, message: Message): readonly Message[] {
  return [...messages.values()]
    .filter((other) => other.parent === message.parent && other.role === message.role)
    .sort(byAge);
}

/** The end of the youngest branch that passes through `id`. */
export function youngestLeaf(messages: Messages, id: string): string {
  const children = new Map<string, Message>();
  for (const message of [...messages.values()].sort(byAge)) {
    if (message.parent !== null) children.set(message.parent, message);
  }
  const seen = new Set<string>();
  let leaf = id;
  for (let next = children.get(leaf); next && !seen.has(next.id); next = children.get(leaf)) {
    seen.add(next.id);
    leaf = next.id;
  }
  return leaf;
}

/** The leaf to show for a chat whose own is missing: the youngest message. */
export function fallbackLeaf(messages: Messages): string | null {
  return [...messages.values()].sort(byAge).at(-1)?.id ?? null;
}

/** The time of what is made now: later than everything before it, though the clock may have been set back since. */
export function timeAfter(times: Iterable<number>): number {
  let latest = 0;
  for (const time of times) latest = Math.max(latest, time);
  return Math.min(Math.max(Date.now(), latest + 1), LAST_TIME);
}

/** The last time that a calendar knows, in milliseconds since the epoch (ECMA-262, 21.4.1.1). */
export const LAST_TIME = 8.64e15;

function byAge(a: Message, b: Message): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}
