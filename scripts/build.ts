/** `npm run build`: builds the Worker and the site into dist/, exactly as a deployment would. */
import { join } from 'node:path';
import { buildWorker } from '../src/launcher/build.ts';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import { scriptOptions } from './options.ts';

scriptOptions(
  'npm run build: builds the Worker into dist/worker and the site into dist/site. It needs no network.',
  {},
);

try {
  await buildWorker(join(PROJECT_ROOT, 'dist/worker'));
  console.log('Built: dist/worker and dist/site.');
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
