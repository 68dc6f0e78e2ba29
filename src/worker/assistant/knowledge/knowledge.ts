/** The knowledge of this build, opened at the first question. Requests that ask nothing pay nothing. */
import bytes from './knowledge.bin';
import { type KnowledgeIndex, openIndex } from './knowledge-index.ts';

let opened: KnowledgeIndex | undefined;

/** The index that was built with the Worker. */
export function knowledge(): KnowledgeIndex {
  opened ??= openIndex(bytes);
  return opened;
}
