/**
 * The calls of issued keys that run in this isolate, so that they can be ended at once. The runtime lets no request wait
 * for a promise that another request made: each call has a resolver of its own here.
 */

/** What ends each running call, by the name of its key's object. */
const running = new Map<string, Set<() => void>>();

/** Keys that were stopped here: a call may have been admitted just before, and be listed just after. */
const stopped = new Set<string>();
const MOST_STOPPED = 1000;

/**
 * Lists a call.
 * @param stop is called at most once, perhaps by another request, so it may only resolve a promise of the call's own.
 * @returns what takes the call off the list.
 */
export function listRunning(object: string, stop: () => void): () => void {
  if (stopped.has(object)) stop();
  const calls = running.get(object) ?? new Set();
  running.set(object, calls);
  calls.add(stop);
  return () => {
    calls.delete(stop);
    if (calls.size === 0 && running.get(object) === calls) running.delete(object);
  };
}

/** Ends the key's calls in this isolate. Those of others end when their holds are next extended. */
export function stopRunning(object: string): void {
  if (stopped.size >= MOST_STOPPED) stopped.clear();
  stopped.add(object);
  const calls = running.get(object) ?? [];
  running.delete(object);
  for (const stop of calls) stop();
}
