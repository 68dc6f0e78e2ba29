/**
 * `npm run tabs`: random actions in two tabs of the page in a real Chromium, against a model of what must be there. Ends
 * with an error, the seed and the last actions where a word is missing.
 */

import { buildPage } from '../scripts/build-page.ts';
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { launchBrowser } from '../test/support/page/browser.ts';
import { startSite } from '../test/support/page/site.ts';
import { runTwoTabs } from '../test/support/page/two-tabs.ts';
import { runScript } from './run-script.ts';

const HELP = `npm run tabs: random actions in two tabs of the page, against a model of what must be there.

  --minutes N   how long, 30 unless told
  --seed N      the same actions again, as far as time lets them be; another one each time unless told`;

const options = scriptOptions(HELP, { minutes: { type: 'string' }, seed: { type: 'string' } });

await runScript(main);

async function main(): Promise<void> {
  const minutes = countOption('minutes', options.minutes, 30);
  const seed = countOption('seed', options.seed, Math.floor(Math.random() * 1e9));
  await Promise.all([buildPage(), buildWorker(BUILT_WORKER)]);
  const browser = await launchBrowser();
  const site = await startSite();
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 60_000;
  let told = 0;
  try {
    const result = await runTwoTabs({
      browser,
      site,
      seed,
      more(done) {
        if (elapsed() >= told + 1) {
          told = Math.floor(elapsed());
          console.log(`${told} min: ${done} actions`);
        }
        return elapsed() < minutes;
      },
    });
    const sum = Object.values(result.actions).reduce((all, each) => all + each, 0);
    console.log(
      Object.entries(result.actions)
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
    );
    console.log(
      `\nSeed ${seed}: ${sum} actions in ${elapsed().toFixed(1)} min, ${result.checks} checks, words looked for ${result.sought} times, none lost.`,
    );
  } finally {
    await browser.close();
    await site[Symbol.asyncDispose]();
  }
}
