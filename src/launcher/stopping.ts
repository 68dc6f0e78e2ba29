/** Stopping on Ctrl-C, on `kill`, when the terminal closes, and when npm is gone. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 250;

/** The wish to stop, as a promise and as a signal; the same wish. */
export interface StopRequest {
  readonly promise: Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Resolves at the first request to stop. Further ones are ignored: npm passes on a Ctrl-C that the terminal has
 * already sent to every process, so two of them mean no more than one.
 */
export function stopRequested(): StopRequest {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => {
    controller.abort();
    resolve();
  };
  for (const name of SIGNALS) process.on(name, stop);
  if (process.env['npm_lifecycle_event'] !== undefined) onParentGone(stop);
  return { promise, signal: controller.signal };
}

/**
 * Removes the listeners that libraries have added since, which would end this process in the middle of its own
 * stopping and with an exit code that npm reports as an error.
 */
export function ownSignals(): void {
  for (const name of SIGNALS) {
    const [own, ...others] = process.listeners(name);
    for (const other of own === undefined ? [] : others) process.removeListener(name, other);
  }
}

/** npm passes SIGTERM to its shell alone, and a shell such as dash dies of it without telling its child. */
function onParentGone(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}
