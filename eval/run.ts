/**
 * Asks the assistant's retrieval the kept questions and prints how good and how fast it is: `npm run eval`. The method was
 * improved on `tune`; `held` was kept apart from that. `--verbose` shows what went wrong, `--tune` leaves `held` out.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildKnowledge } from '../scripts/knowledge/build-index.ts';
import { scriptOptions } from '../scripts/options.ts';
import { type KnowledgeIndex, openIndex } from '../src/worker/assistant/knowledge/knowledge-index.ts';
import { retrieve } from '../src/worker/assistant/knowledge/retrieve.ts';
import { measureSpeed } from './speed.ts';
import { type Asked, type Outcome, summarize } from './summary.ts';

const HELP = `npm run eval: how well and how fast the assistant finds the right section.

  --verbose   also shows the questions that were missed
  --tune      leaves out the questions that the method was not tuned with
  --speed     also measures starts and first answers (about a minute)`;

const { verbose, tune, speed } = scriptOptions(HELP, {
  verbose: { type: 'boolean', default: false },
  tune: { type: 'boolean', default: false },
  speed: { type: 'boolean', default: false },
});

const root = join(import.meta.dirname, '..');
const sets: Record<string, Asked[]> = JSON.parse(
  await readFile(join(import.meta.dirname, 'questions.json'), 'utf8'),
);

const bytes = (await buildKnowledge(root)).publicIndex;
const opened = performance.now();
const index = openIndex(bytes.buffer);
retrieve(index, ['warm-up']);
console.log(
  `${index.sectionCount} sections, ${(bytes.length / 1024).toFixed(0)} KiB; first question ${(performance.now() - opened).toFixed(1)} ms`,
);

for (const [name, asked] of Object.entries(sets)) {
  if (tune && name !== 'tune') continue;
  const outcomes = asked.map((question) => ask(index, question));
  console.log(`\n${name}: ${summarize(outcomes)}`);
  if (verbose)
    for (const outcome of outcomes) if (outcome.miss !== undefined) console.log(`  ${outcome.miss}`);
}

if (speed) await measureSpeed();

function ask(index: KnowledgeIndex, { q, want, after = [] }: Asked): Outcome {
  const started = performance.now();
  const { hits, inScope } = retrieve(index, [...after, q]);
  const milliseconds = performance.now() - started;
  const found = hits.map((hit) => englishNames(index, hit.section));
  for (const wanted of want) {
    if (!names(index).some((name) => name.startsWith(wanted)))
      throw new Error(`No section is called ${wanted}`);
  }
  const rank = found.findIndex((name) => want.some((wanted) => name.startsWith(wanted))) + 1;
  const best = hits[0];
  const figures = `coverage ${best?.coverage.toFixed(2)} score ${best?.score.toFixed(2)}`;
  const wrong = want.length === 0 ? inScope : rank !== 1 || !inScope;
  return {
    inScope: want.length > 0,
    rank,
    declined: !inScope,
    milliseconds,
    ...(wrong
      ? {
          miss: `${want.length === 0 ? 'NOT DECLINED' : inScope ? `rank ${rank}` : `DECLINED (rank ${rank})`} "${q}" ${figures} got ${found.slice(0, 3).join(', ')}`,
        }
      : {}),
  };
}

/** The section's name in the English guide, whichever language was found. */
function englishNames(index: KnowledgeIndex, number: number): string {
  const english = index.language(number) === 'en' ? number : index.twin(number);
  const { file, anchor } = index.section(english);
  return `${file.replace(/^en\//, '')}#${anchor}`;
}

function names(index: KnowledgeIndex): string[] {
  return Array.from({ length: index.sectionCount }, (_, number) => englishNames(index, number));
}
