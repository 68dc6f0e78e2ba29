/** Serves this checkout: builds the Worker and serves it, with the page, until it is told to stop. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { within } from '../worker/stream/within.ts';
import { announce } from './announce.ts';
import { buildWorker, loadWorker, type WorkerModule } from './build.ts';
import type { Serve } from './command.ts';
import { stoppingNote } from './greeting.ts';
import { PROJECT_ROOT } from './project.ts';
import { askServedModels } from './served-models.ts';
import { startServer } from './server.ts';
import { prepareState } from './state.ts';
import { ownSignals } from './stopping.ts';

/** A stop that takes longer than this is told why, in milliseconds. */
const WORTH_A_WORD_MS = 500;

/** Serves the project's own sources. */
export const serveProject: Serve = async (plan, stop) => {
  // Asked while the Worker is built; a start does not wait for the answer.
  const served = askServedModels(plan, stop.signal);
  const modules = await freshWorker(stop.signal);
  const state = prepareState(plan, PROJECT_ROOT);
  await using server = await startServer({
    modules,
    bindings: { ...plan.bindings, ...state.bindings },
    address: plan.address,
    stateFolder: state.folder,
    report: console.log,
  });
  ownSignals();
  announce(plan, server.address, served, state);
  const lost = await Promise.race([stop.promise, server.failed]);
  if (lost) throw new Error(`The Workers runtime stopped and could not be started again: ${lost.message}`);
  const { shutdownGraceMs } = plan.settings;
  const stopped = server.stop(shutdownGraceMs);
  const isWaiting = await within(
    Promise.race([stopped, stop.atOnce]).then(() => false),
    WORTH_A_WORD_MS,
    true,
  );
  if (isWaiting) console.log(stoppingNote(shutdownGraceMs));
  await Promise.race([stopped, stop.atOnce]);
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
