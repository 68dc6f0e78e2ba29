/**
 * Makes what has to be there before wrangler bundles the Worker: `[build] command` of wrangler.toml, so that dev, build,
 * start and deploy all run it.
 */
import { join } from 'node:path';
import { KEEPS_LAST_BUILD } from '../src/launcher/project.ts';
import { buildPage } from './build-page.ts';
import { writePages } from './docs/write-pages.ts';
import { buildKnowledge } from './knowledge/build-index.ts';
import { KnowledgeError } from './knowledge/read-knowledge.ts';
import { writeOpenApi } from './openapi/write-openapi.ts';
import { writeIfChanged } from './write-if-changed.ts';

const root = join(import.meta.dirname, '..');

try {
  const { publicIndex, privateIndex } = await buildKnowledge(root);
  const knowledge = join(root, 'src/worker/assistant/knowledge');
  await writeIfChanged(join(knowledge, 'public-knowledge.bin'), publicIndex);
  await writeIfChanged(join(knowledge, 'private-knowledge.bin'), privateIndex);
  await writePages(root);
  await buildPage();
  await writeOpenApi(root);
} catch (error) {
  if (!(error instanceof KnowledgeError)) throw error;
  console.error(`The assistant's knowledge could not be built.\n${error.message}`);
  // A development server goes on with what was built before.
  if (process.env[KEEPS_LAST_BUILD] === undefined) process.exitCode = 1;
}
