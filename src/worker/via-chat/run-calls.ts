/** Several upstream calls for one answer: a few at a time, and all or nothing. */

/**
 * The calls that run at once: Cloudflare lets six connections of an invocation wait for their headers, and a seventh
 * would only queue (https://developers.cloudflare.com/workers/platform/limits/).
 */
export const CONCURRENT_CALLS = 5;

/**
 * One call, from its request to the end of its answer. `signal` stops it. Returns nothing when it is done, or the
 * upstream's refusal with its body unread.
 */
export type CallWork = (index: number, signal: AbortSignal) => Promise<Response | undefined>;

/**
 * Runs `count` calls. The first refusal or failure stops all others, running or waiting.
 * @param stop stops everything, as when the client has left.
 * @returns the first refusal, or undefined when every call is done.
 * @throws whatever the first failing call threw.
 */
export async function runCalls(
  count: number,
  stop: AbortSignal,
  work: CallWork,
): Promise<Response | undefined> {
  const running = new Set<AbortController>();
  const outcome = Promise.withResolvers<Response | undefined>();
  let next = 0;
  const stopAll = () => {
    next = count;
    for (const call of running) call.abort();
  };
  stop.addEventListener('abort', stopAll);

  const runOne = async (index: number): Promise<void> => {
    const call = new AbortController();
    running.add(call);
    if (stop.aborted) call.abort();
    try {
      const refusal = await work(index, call.signal);
      running.delete(call);
      if (refusal === undefined) return;
      stopAll();
      outcome.resolve(refusal);
    } catch (error) {
      running.delete(call);
      stopAll();
      outcome.reject(error);
    }
  };
  const runInTurn = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await runOne(index);
    }
  };

  const lanes = Array.from({ length: Math.min(count, CONCURRENT_CALLS) }, runInTurn);
  Promise.all(lanes).then(() => outcome.resolve(undefined));
  try {
    return await outcome.promise;
  } finally {
    stop.removeEventListener('abort', stopAll);
  }
}
