/** Stopping on Ctrl-C, on `kill`, when the terminal closes, and when npm is gone. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 250;

/** npm passes on what the terminal has sent to every process already: within this time, two signals are one wish. */
const SAME_WISH_MS = 1000;

/** The wish to stop, as a promise and as a signal; the same wish. */
export interface StopRequest {
  readonly promise: Promise<void>;
  readonly signal: AbortSignal;
  /** Resolves at a second signal: no answer is waited for any more. */
  readonly atOnce: Promise<void>;
}

/**
 * Listens for requests to stop. A second one counts from a second after the first on: npm passes on a Ctrl-C that the
 * terminal has already sent to every process.
 */
export function stopRequested(): StopRequest {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  const stop = () => {
    firstAt ??= performance.now();
    controller.abort();
    resolve();
  };
  const onSignal = () => {
    stop();
    if (firstAt !== undefined && performance.now() - firstAt >= SAME_WISH_MS) second.resolve();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  if (process.env['npm_lifecycle_event'] !== undefined) onParentGone(stop);
  return { promise, signal: controller.signal, atOnce: second.promise };
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
