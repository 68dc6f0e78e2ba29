/**
 * `npm run attack`: what somebody without right, or with bad intentions, can do to a running server: nothing. `--quick`
 * tries a part of it, always the same. Ends with an error at the first attempt that has an effect.
 */
import { scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import type { Attack } from './attack/attack.ts';
import { bombing } from './attack/bombing.ts';
import { forging } from './attack/forging.ts';
import { leaking } from './attack/leaking.ts';
import { naming } from './attack/naming.ts';
import { smuggling } from './attack/smuggling.ts';
import { spending } from './attack/spending.ts';
import { runScript } from './run-script.ts';

const HELP = `npm run attack: attempts without right on a running server. Fails at the first that has an effect.

  --quick   a part of the attempts, always the same`;

const options = scriptOptions(HELP, { quick: { type: 'boolean', default: false } });

const ATTACKS: readonly Attack[] = [spending, forging, smuggling, naming, leaking, bombing];

await runScript(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  const began = performance.now();
  const counts: string[] = [];
  for (const attack of ATTACKS) {
    const { attempts, seen } = await attack.run(options);
    counts.push(`${attempts} of ${attack.name}`);
    console.log(`${attack.name.padEnd(12)}${attempts} attempts: ${seen}`);
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `\nAttempts without effect: ${counts.join(', ')}, in ${seconds} s. No key spent without right, no secret told, nobody kept waiting.`,
  );
}
