/** The Workers runtime as a process of its own: deaf to the terminal's signals, and drained before it is ended. */
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import { within } from '../worker/stream/within.ts';

/** Where Miniflare looks for the program of the runtime, instead of its own package. */
const MINIFLARE_PROGRAM = 'MINIFLARE_WORKERD_PATH';

/** What `runtime.sh` starts. */
const WRAPPED_PROGRAM = 'NEXCODE_RUNTIME';

/** On Windows, where there is no such shell, the runtime ends with the terminal. */
const WRAPPER = process.platform === 'win32' ? undefined : join(import.meta.dirname, 'runtime.sh');

/** What Node tells of a process that it creates (https://nodejs.org/api/diagnostics_channel.html#child-process). */
const creation = z.object({
  process: z.custom<ChildProcess>((value) => value instanceof Object && 'kill' in value),
});

/** The runtimes that this process has started and that still run. */
const running = new Set<ChildProcess>();

/** Lets Miniflare start the runtime by the wrapper, here and in what it starts again. */
export function wrapRuntime(): void {
  if (WRAPPER === undefined || process.env[MINIFLARE_PROGRAM] === WRAPPER) return;
  process.env[WRAPPED_PROGRAM] = process.env[MINIFLARE_PROGRAM] ?? runtimeProgram();
  process.env[MINIFLARE_PROGRAM] = WRAPPER;
  subscribe('child_process', (message) => {
    const { process: child } = creation.parse(message);
    child.once('spawn', () => child.spawnfile === WRAPPER && running.add(child));
    child.once('exit', () => running.delete(child));
  });
}

/**
 * Asks the runtime to end when its last answer is written: it accepts no connection from then on.
 * @param limitMs how long that may take, in milliseconds.
 * @param onExit is called at the moment when it has ended.
 */
export async function drainRuntime(limitMs: number, onExit: () => void): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Before the listeners of whoever started it, which would start it again.
      child.prependOnceListener('exit', () => {
        onExit();
        resolve();
      });
      child.kill('SIGTERM');
      return within(promise, limitMs, undefined);
    }),
  );
}

/** The program in the package that Miniflare runs. */
function runtimeProgram(): string {
  const fromMiniflare = createRequire(createRequire(import.meta.url).resolve('miniflare'));
  return z.object({ default: z.string() }).parse(fromMiniflare('workerd')).default;
}
