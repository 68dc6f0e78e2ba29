/** Stopping on Ctrl-C, on `kill`, and when the terminal closes. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves at the first of these signals. Further ones are ignored: npm passes on a Ctrl-C that the terminal has
 * already sent to every process, so two of them mean no more than one.
 */
export function stopRequested(): { readonly promise: Promise<void>; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => {
    controller.abort();
    resolve();
  };
  for (const name of SIGNALS) process.on(name, stop);
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
