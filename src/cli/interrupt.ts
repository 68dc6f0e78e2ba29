/** Ctrl-C while a command waits: the request is ended, and the command with it. */
import { CommandError, EXIT } from './exit.ts';
import type { Words } from './words.ts';

/** Runs something that a signal to this process aborts. Throws CommandError `interrupted` where one did. */
export async function interruptible(
  run: (signal: AbortSignal) => Promise<void>,
  words: Words,
): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  try {
    await run(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeListener(name, stop);
  }
  if (controller.signal.aborted) throw new CommandError(words.stopped, EXIT.interrupted);
}
