/**
 * `npm run growth`: what things cost at many sizes, as curves, and whether anything grows faster than its work. A wrong
 * count makes it fail; a time never does.
 */
import { scriptOptions } from '../../scripts/options.ts';
import { buildWorker } from '../../src/launcher/build.ts';
import { messageOf } from '../../stress/message-of.ts';
import { runScript } from '../../stress/run-script.ts';
import { BUILT_WORKER } from '../../test/support/build.ts';
import { machineFacts } from '../machine.ts';
import { startUpstreamProcess } from '../upstream-process.ts';
import { conversationCurves } from './conversation.ts';
import { wrongCounts } from './curve.ts';
import { knowledgeCurves } from './knowledge.ts';
import { ledgerCurves } from './ledger.ts';
import { curveTable, type Measured, verdict, writeGrowth } from './pages.ts';
import { requestCurves } from './requests.ts';
import { settingCurves } from './settings.ts';

const HELP = `npm run growth: the cost of bodies, streams, models, targets, keys, rows, knowledge and conversations at many sizes,
and whether any grows faster than its work (Linux).

  --quick     small sizes alone, about two minutes
  --only ID   one curve: body, events, translated, streams, idle, models, targets, keys, rows, knowledge or conversation
  --docs      writes docs/growth.md in both languages`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  docs: { type: 'boolean', default: false },
});

if (options.docs && options.only !== '') {
  console.error('--docs writes the figures of all curves: leave --only out.');
  process.exitCode = 1;
} else if (process.platform === 'linux') await runScript(main);
else console.error('The CPU time of a process is read from /proc, which only Linux has.');

async function main(): Promise<void> {
  const facts = machineFacts();
  await buildWorker(BUILT_WORKER);
  await using upstream = await startUpstreamProcess();
  const curves = [
    ...requestCurves(upstream.url, options.quick),
    ...settingCurves(upstream.url, options.quick),
    ...ledgerCurves(upstream.url, options.quick),
    ...knowledgeCurves(options.quick),
    ...conversationCurves(options.quick),
  ].filter(({ id }) => options.only === '' || id === options.only);
  if (curves.length === 0) throw new Error(`There is no curve called ${options.only}.`);
  const all: Measured[] = [];
  const wrong: string[] = [];
  for (const curve of curves) {
    process.stderr.write(`${curve.id} …\n`);
    try {
      const points = await curve.measure(curve.sizes);
      all.push({ curve, points });
      console.log(`${curveTable({ curve, points }, 'en')}\n`);
      wrong.push(...wrongCounts(curve, points));
    } catch (error) {
      wrong.push(`${curve.id}: ${messageOf(error)}`);
    }
  }
  console.log(verdict(all, 'en'));
  if (options.docs) await writeGrowth({ ...facts, quick: options.quick }, all);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}
