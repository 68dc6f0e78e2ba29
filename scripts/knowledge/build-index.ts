/** From the Markdown below a folder to the bytes of the index. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeIndex } from './encode-index.ts';
import { readKnowledge } from './read-knowledge.ts';
import { readThesaurus } from './thesaurus.ts';

/**
 * Builds the index of the guides and the operator's knowledge under `root`.
 *
 * @throws {KnowledgeError} for Markdown that cannot be used.
 */
export async function buildKnowledge(root: string): Promise<Uint8Array<ArrayBuffer>> {
  const thesaurus = readThesaurus(await readFile(join(import.meta.dirname, 'thesaurus.txt'), 'utf8'));
  return encodeIndex(await readKnowledge(root), thesaurus);
}
