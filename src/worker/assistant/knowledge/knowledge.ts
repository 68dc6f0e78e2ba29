/** The knowledge of this build, opened at the first question. Requests that ask nothing pay nothing. */
import type { Payer } from '../../access/decide.ts';
import type { Settings } from '../../config/settings.ts';
import { type KnowledgeIndex, openIndex } from './knowledge-index.ts';
import privateBytes from './private-knowledge.bin';
import publicBytes from './public-knowledge.bin';

const opened = new Map<ArrayBuffer, KnowledgeIndex>();

/**
 * The index that a caller's answers come out of: the guides with the operator's own `knowledge/` for the server's own
 * credentials, the public guides alone for callers with keys of their own (KNOWLEDGE_FOR_CLIENT_KEYS opens it to them).
 * Two indexes, not a filter over one: nothing of a private section reaches a ranking, a count or a digest.
 */
export function knowledgeFor(payer: Payer, { knowledgeForClientKeys }: Settings): KnowledgeIndex {
  const mayReadAll = payer.pays === 'server' || payer.placeholder || knowledgeForClientKeys;
  // Without any knowledge of the operator's own the second index is empty.
  return indexOf(mayReadAll && privateBytes.byteLength > 0 ? privateBytes : publicBytes);
}

function indexOf(bytes: ArrayBuffer): KnowledgeIndex {
  let index = opened.get(bytes);
  if (index === undefined) {
    index = openIndex(bytes);
    opened.set(bytes, index);
  }
  return index;
}
