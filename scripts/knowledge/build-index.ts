/** From the Markdown below a folder to the bytes of the index. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainLines } from '../text-lines.ts';
import { encodeIndex } from './encode-index.ts';
import { readKnowledge } from './read-knowledge.ts';
import { readThesaurus } from './thesaurus.ts';

/** The two indexes of a build. */
export interface BuiltKnowledge {
  /** The guides alone. */
  readonly publicIndex: Uint8Array<ArrayBuffer>;
  /** The guides and the operator's own knowledge; empty where there is none of that. */
  readonly privateIndex: Uint8Array<ArrayBuffer>;
}

/**
 * Builds the indexes of the guides and the operator's knowledge under `root`.
 *
 * @throws {KnowledgeError} for Markdown that cannot be used.
 */
export async function buildKnowledge(root: string): Promise<BuiltKnowledge> {
  const thesaurus = readThesaurus(await readFile(join(import.meta.dirname, 'thesaurus.txt'), 'utf8'));
  const elsewhere = await readElsewhere();
  const sections = await readKnowledge(root);
  // The guides stand first, so that their numbers are the same in both.
  const guides = sections.filter(({ served }) => served);
  return {
    publicIndex: encodeIndex(guides, thesaurus, elsewhere),
    privateIndex:
      guides.length === sections.length ? new Uint8Array() : encodeIndex(sections, thesaurus, elsewhere),
  };
}

/** Questions that the guides do not answer: the lines of elsewhere.txt that are neither empty nor a remark. */
export async function readElsewhere(): Promise<string[]> {
  const text = await readFile(join(import.meta.dirname, 'elsewhere.txt'), 'utf8');
  return plainLines(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
