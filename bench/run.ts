/**
 * `npm run bench`: every contender before the same upstream, in the same run, round by round and in changing order;
 * medians of the rounds, compared with the floors of the same round. `--quick` for a first look,
 * `--only TEXT` for the scenarios whose title holds it, `--rivals FOLDER` where other gateways are installed,
 * `--json FILE` to keep the figures, `--docs` to write them into docs/. It measures; no figure makes it fail.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { refuse, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { behavioursOfAll } from '../stress/faults/others.ts';
import { runOnLinux } from '../stress/run-script.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { FLOOR_CONTENDERS } from './floors.ts';
import { machineFacts } from './machine.ts';
import { measureAll, startUps } from './measure.ts';
import { MAIN, MODES } from './modes.ts';
import { writeReport } from './report.ts';
import type { Machine, Result } from './result.ts';
import { measureRivals } from './rivals/measure.ts';
import { behaviourTable, type Others } from './rivals/pages.ts';
import { installedRivals, RIVALS_FOLDER } from './rivals/rivals.ts';
import { rivalScenarios, type Scenario, scenarios, stepScenarios } from './scenarios.ts';
import { STEP_CONTENDERS } from './steps.ts';
import { printMachine, printTable } from './table.ts';
import { startUpstreamProcess } from './upstream-process.ts';

const START_UPS = 5;

/** Some need ten seconds. */
const RIVAL_START_UPS = 3;

/** What the others are tried beside. */
const OWN = [FLOOR_CONTENDERS.bare, FLOOR_CONTENDERS.least, MAIN].map((each) => () => each);

const HELP = `npm run bench: CPU, latency and memory beside a bare pass-through Worker and the least relay (Linux,
15 minutes).

  --quick            a first look, about two minutes
  --only TEXT        the scenarios whose title holds this text
  --rivals FOLDER    where \`npm run rivals\` has installed other gateways, which are measured too;
                     ~/.cache/nexcode-rivals unless given
  --json FILE        keeps the figures
  --docs             writes them into docs/`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  rivals: { type: 'string', default: RIVALS_FOLDER },
  json: { type: 'string' },
  docs: { type: 'boolean', default: false },
});

if (options.docs && (options.quick || options.only !== ''))
  refuse('--docs writes the figures of a whole run: leave --quick and --only out');
await runOnLinux(main);

async function main(): Promise<void> {
  const facts = machineFacts();
  await buildWorker(BUILT_WORKER);
  await using upstream = await startUpstreamProcess();
  const all = [...Object.values(FLOOR_CONTENDERS), MAIN, ...MODES];
  const wanted = (list: readonly Scenario[]) => list.filter(({ title }) => title.includes(options.only));
  const own = await measureAll(wanted(scenarios(options.quick)), all, upstream.url);
  const steps = await measureAll(wanted(stepScenarios(options.quick)), STEP_CONTENDERS, upstream.url);
  const others = await measureOthers(upstream.url, wanted(rivalScenarios(options.quick)));
  if (options.only === '') {
    process.stderr.write('start-up …\n');
    own.push(...(await startUps(all, upstream.url, START_UPS)), await bundle());
  }
  const machine: Machine = { ...facts, quick: options.quick };
  printMachine(machine);
  printTable(own);
  printTable(steps);
  if (others === undefined) {
    if (options.only === '') console.log('\nNo other gateway was measured: `npm run rivals` installs some.');
  } else {
    printTable(others.results);
    for (const { contender, what, reason } of others.failures)
      console.log(`${contender}, ${what}: ${reason}`);
    if (others.seen.length > 0) console.log(`\n${behaviourTable(others.seen, 'en')}`);
  }
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify({ machine, own, steps, others }, undefined, 2)}\n`);
  }
  if (options.docs) await writeReport({ machine, own, steps, ...(others && { others }) });
}

/** Other gateways, where some are installed: what they cost, and what they do with a fault. */
async function measureOthers(upstream: string, wanted: readonly Scenario[]): Promise<Others | undefined> {
  const rivals = await installedRivals(options.rivals);
  if (rivals.length === 0 || wanted.length === 0) return undefined;
  const before = rivals.map(
    ({ rival, place }) =>
      (url: string) =>
        rival.contender(place, url),
  );
  const measured = await measureRivals(
    before.map((contender) => contender(upstream)),
    upstream,
    wanted,
    options.quick ? 1 : RIVAL_START_UPS,
  );
  const seen = options.only === '' ? await behavioursOfAll([...OWN, ...before]) : [];
  return { ...measured, seen, rivals: rivals.map(({ rival }) => rival) };
}

/** KiB of JavaScript after gzip, of what a deployment would upload. */
async function bundle(): Promise<Result> {
  const code = await readFile(join(BUILT_WORKER, 'index.js'));
  const value = gzipSync(code, { level: 9 }).length / 1024;
  return { metric: { id: 'bundle', comparison: 'none' }, contender: MAIN.name, value, beside: {} };
}
