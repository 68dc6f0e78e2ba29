/** Serves a built Worker with its page until it is told to stop. */
import { within } from '../worker/stream/within.ts';
import { announce } from './announce.ts';
import type { WorkerModule } from './build.ts';
import { launcherWords, ownLanguage } from './locale.ts';
import type { Plan } from './plan.ts';
import { askServedModels } from './served-models.ts';
import { startServer, type WorkerOptions } from './server.ts';
import { prepareState, type StatePlace } from './state.ts';
import { ownSignals, type StopRequest } from './stopping.ts';

/** A stop that takes longer than this is told why, in milliseconds. */
const WORTH_A_WORD_MS = 500;

/** What is served. */
export interface Served {
  /** Reads or makes the built Worker; the signal gives up. */
  readonly worker: (signal: AbortSignal) => Promise<readonly WorkerModule[]>;
  readonly workerOptions: () => Promise<WorkerOptions> | WorkerOptions;
  /** Where state is kept unless STATE_DIR says otherwise. */
  readonly statePlace: StatePlace;
}

/** Serves until `stop` is requested. Throws what keeps it from serving. */
export async function serveWorker(
  { worker, workerOptions, statePlace }: Served,
  plan: Plan,
  stop: StopRequest,
): Promise<void> {
  const words = launcherWords(ownLanguage());
  // Asked while the Worker is built; a start does not wait for the answer.
  const served = askServedModels(plan, stop.signal);
  const modules = await worker(stop.signal);
  const state = prepareState(plan, statePlace, words);
  await using server = await startServer({
    modules,
    workerOptions: await workerOptions(),
    bindings: { ...plan.bindings, ...state.bindings },
    address: plan.address,
    stateFolder: state.folder,
    report: console.log,
    words,
  });
  ownSignals();
  announce(plan, server.address, served, state);
  const lost = await Promise.race([stop.promise, server.failed]);
  if (lost) throw new Error(words.lost(lost.message));
  const { shutdownGraceMs } = plan.settings;
  const stopped = server.stop(shutdownGraceMs);
  const isWaiting = await within(
    Promise.race([stopped, stop.atOnce]).then(() => false),
    WORTH_A_WORD_MS,
    true,
  );
  if (isWaiting) console.log(words.stopping(shutdownGraceMs / 1000));
  await Promise.race([stopped, stop.atOnce]);
}
