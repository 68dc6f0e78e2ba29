/**
 * `npm run fuzz`: mutated requests to every route, in bare workerd and under Miniflare, with the server open and
 * closed. Ends with an error at the first wrong outcome and shows the smallest request that leads to it.
 */
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { type FuzzResult, fuzz } from './fuzz/run.ts';
import { runScript } from './run-script.ts';

/** A gate says of the same code the same every day. */
const QUICK_SEED = 20_261_122;

const HELP = `npm run fuzz: mutated requests to every route. Fails at the first wrong outcome, with the smallest such request.

  --requests N   how many (10000)
  --seed N       the seed of an earlier run, to repeat it
  --quick        400 requests, always the same`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  requests: { type: 'string' },
  seed: { type: 'string' },
});
const requests = countOption('requests', options.requests, options.quick ? 400 : 10_000);
const seed = countOption(
  'seed',
  options.seed,
  options.quick ? QUICK_SEED : Math.floor(Math.random() * 999_999_999),
);

const RUNS = [
  ['workerd', false],
  ['workerd', true],
  ['Miniflare', false],
  ['Miniflare', true],
] as const;

await runScript(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  console.log(`seed ${seed}\n`);
  const total = { served: 0, refused: 0, files: 0, runtime: 0, unanswered: 0, asked: 0 };
  for (const [index, [runtime, closed]] of RUNS.entries()) {
    // Each run has requests of its own.
    const result = await fuzz({
      runtime,
      closed,
      requests: Math.ceil(requests / RUNS.length),
      seed: seed + index,
    });
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += result[name];
    console.log(`${runtime.padEnd(10)}${closed ? 'closed' : 'open  '}  ${summary(result)}`);
  }
  const count = total.served + total.refused + total.files + total.runtime + total.unanswered;
  console.log(
    `\n${count} mutated requests (seed ${seed}): ${summary(total)}. No wrong outcome; the good request after each was served.`,
  );
}

function summary({ served, refused, files, runtime, unanswered, asked }: FuzzResult): string {
  return `${served} served, ${refused} refused by the Worker, ${files} answered by static files, ${runtime} that are no HTTP refused by the runtime, ${unanswered} that are no whole request closed; ${asked} calls upstream`;
}
