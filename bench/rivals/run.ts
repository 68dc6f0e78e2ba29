/**
 * `npm run rivals`: installs other gateways outside the project, from the public registries and at the versions that were
 * tried, and prints what each does with a cut stream, a client that leaves and a body to hand on. By hand. What is
 * installed then takes part in `npm run bench`.
 */
import { scriptOptions } from '../../scripts/options.ts';
import { buildWorker } from '../../src/launcher/build.ts';
import { behavioursOfAll } from '../../stress/faults/others.ts';
import { messageOf } from '../../stress/message-of.ts';
import { runScript } from '../../stress/run-script.ts';
import { BUILT_WORKER } from '../../test/support/build.ts';
import { FLOOR_CONTENDERS } from '../floors.ts';
import { MAIN } from '../modes.ts';
import { behaviourTable } from './pages.ts';
import { installedRivals, installRival, RIVALS, RIVALS_FOLDER } from './rivals.ts';

const HELP = `npm run rivals: installs nginx, Portkey's gateway and LiteLLM's proxy outside the project, and prints what each does
with a cut stream, a client that leaves and a body to hand on (Linux).

  --folder PATH   where they are installed; ~/.cache/nexcode-rivals unless given
  --install-only  installs them and tries nothing`;

const options = scriptOptions(HELP, {
  folder: { type: 'string', default: RIVALS_FOLDER },
  'install-only': { type: 'boolean', default: false },
});

await runScript(main);

async function main(): Promise<void> {
  for (const rival of RIVALS) {
    const { name, version, registry } = rival;
    try {
      await installRival(rival, options.folder);
      console.log(`${name} ${version} is installed.`);
    } catch (error) {
      const reason = messageOf(error).trim().split('\n').at(-1) ?? '';
      console.log(`${name} ${version} is left out: it could not be had from ${registry} (${reason}).`);
    }
  }
  if (options['install-only']) return;
  await buildWorker(BUILT_WORKER);
  const rivals = await installedRivals(options.folder);
  const seen = await behavioursOfAll([
    () => FLOOR_CONTENDERS.bare,
    () => FLOOR_CONTENDERS.least,
    () => MAIN,
    ...rivals.map(
      ({ rival, place }) =>
        (upstream: string) =>
          rival.contender(place, upstream),
    ),
  ]);
  console.log(`\n${behaviourTable(seen, 'en')}`);
}
