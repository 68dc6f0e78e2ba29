/** Builds the assistant's index out of docs/ and knowledge/. Run by wrangler before it bundles the Worker. */
import { join } from 'node:path';
import { buildKnowledge } from './knowledge/build-index.ts';
import { KnowledgeError } from './knowledge/read-knowledge.ts';
import { writeIfChanged } from './write-if-changed.ts';

const root = join(import.meta.dirname, '..');
try {
  await writeIfChanged(join(root, 'src/worker/assistant/knowledge.bin'), await buildKnowledge(root));
} catch (error) {
  if (!(error instanceof KnowledgeError)) throw error;
  console.error(`The assistant's knowledge could not be built.\n${error.message}`);
  process.exitCode = 1;
}
