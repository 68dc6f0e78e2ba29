/** Builds the Worker once for a whole test run, as `npm run build` does. */
import { join } from 'node:path';
import { buildWorker } from '../../src/launcher/build.ts';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';

/** Where the tests and the bench find the built Worker. */
export const BUILT_WORKER = join(PROJECT_ROOT, 'dist/worker');

/** Vitest's global setup. */
export async function setup(): Promise<void> {
  await buildWorker(BUILT_WORKER);
}
