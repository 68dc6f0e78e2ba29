/**
 * Asks the assistant's retrieval the kept questions and prints how good and how fast it is: `npm run eval`. The method was
 * improved on `tune` and `development`; `held` was kept apart from that. `frozen` was written out of the guides alone,
 * before anything was improved for it, and so was `unseen` later, in the words of users, operators and developers.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildKnowledge } from '../scripts/knowledge/build-index.ts';
import { scriptOptions } from '../scripts/options.ts';
import { openIndex } from '../src/worker/assistant/knowledge/knowledge-index.ts';
import { retrieve } from '../src/worker/assistant/knowledge/retrieve.ts';
import { ask } from './ask.ts';
import { belowFloors, TUNED_SETS } from './floors.ts';
import { measureSpeed } from './speed.ts';
import { type Asked, figures, type Outcome, summarize } from './summary.ts';

const HELP = `npm run eval: how well and how fast the assistant finds the right section; fails below the floors of the
tuned questions (eval/floors.ts).

  --verbose   also shows the questions that were missed
  --tune      asks only the questions that the floors hold for
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

const tuned: Outcome[] = [];
for (const [name, asked] of Object.entries(sets)) {
  if (tune && !TUNED_SETS.includes(name)) continue;
  const outcomes = asked.map((question) => ask(index, question));
  if (TUNED_SETS.includes(name)) tuned.push(...outcomes);
  console.log(`\n${name}: ${summarize(outcomes)}`);
  if (verbose)
    for (const outcome of outcomes) if (outcome.miss !== undefined) console.log(`  ${outcome.miss}`);
}

const failures = belowFloors(figures(tuned));
console.log(`\n${TUNED_SETS.join(', ')} together: ${summarize(tuned)}`);
for (const failure of failures) console.error(`Below the floor: ${failure}.`);
if (failures.length > 0) process.exitCode = 1;

if (speed) await measureSpeed();
