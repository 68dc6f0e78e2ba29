/** Asks the assistant's retrieval one question of the evaluation. */
import type { KnowledgeIndex } from '../src/worker/assistant/knowledge/knowledge-index.ts';
import { retrieve } from '../src/worker/assistant/knowledge/retrieve.ts';
import type { Asked, Outcome } from './summary.ts';

/**
 * What becomes of a question.
 * @throws {Error} where it wants a section that there is not.
 */
export function ask(index: KnowledgeIndex, { q, want, after = [] }: Asked): Outcome {
  const started = performance.now();
  const { hits, inScope, possible } = retrieve(index, [...after, q]);
  const milliseconds = performance.now() - started;
  const found = hits.map(({ topic }) => englishName(index, topic));
  for (const wanted of want) {
    if (!names(index).some((name) => name.startsWith(wanted)))
      throw new Error(`No section is called ${wanted}`);
  }
  const rank = found.findIndex((name) => want.some((wanted) => name.startsWith(wanted))) + 1;
  const best = hits[0];
  const figures = `probability ${best?.probability.toFixed(2)} coverage ${best?.coverage.toFixed(2)}`;
  const wrong = want.length === 0 ? inScope : rank !== 1 || !inScope;
  return {
    inScope: want.length > 0,
    rank,
    declined: !inScope,
    shown: possible.length,
    milliseconds,
    ...(wrong
      ? {
          miss: `${want.length === 0 ? 'NOT DECLINED' : inScope ? `rank ${rank}` : `DECLINED (rank ${rank})`} "${q}" ${figures} got ${found.slice(0, 3).join(', ')}`,
        }
      : {}),
  };
}

/** The name that the topic's section has in the English guide. */
function englishName(index: KnowledgeIndex, topic: number): string {
  const { file, anchor } = index.section(index.sectionOf(topic, 'en'));
  return `${file.replace(/^en\//, '')}#${anchor}`;
}

function names(index: KnowledgeIndex): string[] {
  return Array.from({ length: index.topicCount }, (_, topic) => englishName(index, topic));
}
