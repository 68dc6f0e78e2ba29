/**
 * `npm run startup`: a cold start of the Worker, of `npm start` and of the installed package, and what the Worker's
 * JavaScript is made of. It measures; no figure makes it fail.
 */
import { refuse, scriptOptions } from '../../scripts/options.ts';
import { buildWorker } from '../../src/launcher/build.ts';
import { runOnLinux } from '../../stress/run-script.ts';
import { BUILT_WORKER } from '../../test/support/build.ts';
import { machineFacts } from '../machine.ts';
import { startUpstreamProcess } from '../upstream-process.ts';
import { weighBundle } from './bundle.ts';
import { startupPage, writeStartup } from './pages.ts';
import { serverStarts, workerStarts } from './starts.ts';

const ROUNDS = 9;
const QUICK_ROUNDS = 3;

const HELP = `npm run startup: a cold start of the Worker, of npm start and of the installed package, and what the Worker's
JavaScript is made of, feature by feature (Linux, about a minute).

  --quick   fewer starts of the Worker, and none of a server
  --docs    writes docs/startup.md in both languages`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  docs: { type: 'boolean', default: false },
});

if (options.docs && options.quick) refuse('--docs writes the figures of a whole run: leave --quick out');
await runOnLinux(main);

async function main(): Promise<void> {
  const facts = machineFacts();
  await buildWorker(BUILT_WORKER);
  const bundle = await weighBundle();
  await using upstream = await startUpstreamProcess();
  const workers = await workerStarts(upstream.url, options.quick ? QUICK_ROUNDS : ROUNDS);
  const servers = options.quick ? [] : await serverStarts();
  const startup = { machine: facts, bundle, workers, servers };
  console.log(startupPage(startup, 'en'));
  if (options.docs) await writeStartup(startup);
}
