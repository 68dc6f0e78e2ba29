/** Serves this checkout: builds the Worker first. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker, loadWorker, type WorkerModule } from './build.ts';
import type { Command } from './command.ts';
import { serveWorker } from './serve-worker.ts';
import { readSources } from './sources.ts';
import { PROJECT_STATE } from './state.ts';
import { projectWorkerOptions } from './worker-options.ts';

/** What `npm start` runs, and `nexcode serve` in a checkout. */
export const serveHere: Command = {
  readSources,
  serve: (plan, stop) =>
    serveWorker(
      { worker: freshWorker, workerOptions: projectWorkerOptions, statePlace: PROJECT_STATE },
      plan,
      stop,
    ),
};

/** Builds into a folder of its own, so that nothing else can change the files while they are read. */
async function freshWorker(signal: AbortSignal): Promise<WorkerModule[]> {
  const outDir = await mkdtemp(join(tmpdir(), 'nexcode-'));
  try {
    await buildWorker(outDir, signal);
    return await loadWorker(outDir);
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
