/** How long a lost connection is tried again. */

const FIRST_MS = 250;
const LONGEST_MS = 5000;
/** Together about as long as a server keeps an answer. */
const MOST_ATTEMPTS = 120;

/**
 * Waits before the next attempt: longer each time, but no longer than until the network is back.
 * @param failed how many attempts have brought nothing.
 * @returns false where it is not worth another attempt, or the reader has stopped.
 */
export async function pauseBeforeRetry(failed: number, signal: AbortSignal): Promise<boolean> {
  if (failed > MOST_ATTEMPTS || signal.aborted) return false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, failed === 0 ? 0 : Math.min(FIRST_MS * 2 ** (failed - 1), LONGEST_MS));
  const wake = () => resolve();
  signal.addEventListener('abort', wake);
  globalThis.addEventListener?.('online', wake);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
  globalThis.removeEventListener?.('online', wake);
  return !signal.aborted;
}
