/**
 * `npm run growth`: what things cost at many sizes, as curves, and whether anything grows faster than its work. A wrong
 * count makes it fail; a time never does.
 */
import { refuse, scriptOptions } from '../../scripts/options.ts';
import { buildWorker } from '../../src/launcher/build.ts';
import { messageOf } from '../../stress/message-of.ts';
import { runOnLinux } from '../../stress/run-script.ts';
import { BUILT_WORKER } from '../../test/support/build.ts';
import { machineFacts } from '../machine.ts';
import { startUpstreamProcess } from '../upstream-process.ts';
import { CONVERSATION_CURVE } from './conversation.ts';
import { sizesOf, wrongCounts } from './curve.ts';
import { KNOWLEDGE_CURVE } from './knowledge.ts';
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

if (options.docs && options.only !== '') refuse('--docs writes the figures of all curves: leave --only out');
await runOnLinux(main);

async function main(): Promise<void> {
  const facts = machineFacts();
  await buildWorker(BUILT_WORKER);
  await using upstream = await startUpstreamProcess();
  const curves = [
    ...requestCurves(upstream.url),
    ...settingCurves(upstream.url),
    ...ledgerCurves(upstream.url),
    KNOWLEDGE_CURVE,
    CONVERSATION_CURVE,
  ].filter(({ id }) => options.only === '' || id === options.only);
  if (curves.length === 0) throw new Error(`There is no curve called ${options.only}.`);
  const all: Measured[] = [];
  const wrong: string[] = [];
  for (const curve of curves) {
    process.stderr.write(`${curve.id} …\n`);
    try {
      const points = await curve.measure(sizesOf(curve, options.quick));
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
