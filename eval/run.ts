/**
 * Asks the assistant's retrieval the kept questions and prints how good and how fast it is: `npm run eval`. The method was
 * improved on `tune` and `development`; `held` was kept apart from that. `frozen` was written out of the guides alone,
 * before anything was improved for it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildKnowledge } from '../scripts/knowledge/build-index.ts';
import { scriptOptions } from '../scripts/options.ts';
import { openIndex } from '../src/worker/assistant/knowledge/knowledge-index.ts';
import { retrieve } from '../src/worker/assistant/knowledge/retrieve.ts';
import { ask } from './ask.ts';
import { measureSpeed } from './speed.ts';
import { type Asked, summarize } from './summary.ts';

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
