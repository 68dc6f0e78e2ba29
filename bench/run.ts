/**
 * `npm run bench`: every contender before the same upstream, in the same run, round by round and in changing order;
 * medians of the rounds, compared with the bare pass-through Worker of the same round. `--quick` for a first look,
 * `--only TEXT` for the scenarios whose title holds it, `--portkey FOLDER` to measure a build of Portkey's gateway too,
 * `--json FILE` to keep the figures, `--docs` to write them into docs/. It measures; no figure makes it fail.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { workerdVersion } from '../test/support/workerd.ts';
import { BASELINE, type Contender, MAIN, MODES, type Running } from './contenders.ts';
import { load } from './load.ts';
import { nginx } from './nginx.ts';
import { PORTKEY, portkey } from './portkey.ts';
import { writeReport } from './report.ts';
import { compare, type Machine, type Metric, type Result } from './result.ts';
import { type Field, type Scenario, scenarios, type Target } from './scenarios.ts';
import { median } from './statistics.ts';
import { printTable } from './table.ts';

/** Enough for the compiler to have settled; a cold round would be compared with a warm one. */
const WARM_UP_CALLS = 2000;
const WARM_UP_STREAMS = 40;

const START_UPS = 5;

const HELP = `npm run bench: CPU, latency and memory beside a bare pass-through Worker (Linux, about ten minutes).

  --quick            a first look, about two minutes
  --only TEXT        the scenarios whose title holds this text
  --portkey FOLDER   measures a build of Portkey's gateway (FOLDER/index.js) too
  --json FILE        keeps the figures
  --docs             writes them into docs/`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  portkey: { type: 'string' },
  json: { type: 'string' },
  docs: { type: 'boolean', default: false },
});

if (options.docs && (options.quick || options.only !== '')) {
  console.error('--docs writes the figures of a whole run: leave --quick and --only out.');
  process.exitCode = 1;
} else if (process.platform === 'linux') await main();
else console.error('The bench reads the CPU time of a process from /proc, which only Linux has.');

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await using upstream = await startUpstream();
  const all = await contenders(upstream.url);
  const results: Result[] = [];
  {
    await using stack = new AsyncDisposableStack();
    const targets = await startAll(all, upstream.url, stack);
    for (const scenario of scenarios(options.quick)) {
      if (!scenario.title.includes(options.only)) continue;
      process.stderr.write(`${scenario.title} …\n`);
      results.push(...(await measure(scenario, all, targets, upstream.url)));
    }
  }
  if (options.only === '') {
    process.stderr.write('start-up …\n');
    results.push(...(await startUps(all, upstream.url)), ...(await bundles()));
  }
  const machine: Machine = {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release().split('.').slice(0, 2).join('.')}`,
    node: process.versions.node,
    workerd: workerdVersion(),
    quick: options.quick,
  };
  printTable(machine, results);
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
  }
  if (options.docs) await writeReport(machine, results);
}

/** The base line first. */
async function contenders(upstream: string): Promise<Contender[]> {
  const proxy = await nginx();
  const other = options.portkey === undefined ? undefined : await portkey(options.portkey);
  return [BASELINE, MAIN, ...MODES, ...(proxy ? [proxy] : []), ...(other ? [other(upstream)] : [])];
}

function takesPart({ name, streams }: Pick<Contender, 'name' | 'streams'>, field: Field): boolean {
  if (field === 'all') return true;
  return streams && (field === 'streaming' || !MODES.some((mode) => mode.name === name));
}

async function startAll(
  list: readonly Contender[],
  upstream: string,
  stack: AsyncDisposableStack,
): Promise<Target[]> {
  const targets: Target[] = [];
  for (const { name, form, streams, start } of list) {
    const running = stack.adopt(await start(upstream), ({ close }) => close());
    const target = { ...running, name, form, streams };
    await load(target, {}, WARM_UP_CALLS, 16);
    if (streams) await load(target, { events: 100, intervalMs: 2 }, WARM_UP_STREAMS, 20);
    targets.push(target);
  }
  return targets;
}

async function measure(
  scenario: Scenario,
  all: readonly Contender[],
  warm: readonly Target[],
  upstream: string,
): Promise<Result[]> {
  const rounds: number[][][] = [];
  const names = all.filter((contender) => takesPart(contender, scenario.field));
  for (let round = 0; round < scenario.rounds; round += 1) {
    await using stack = new AsyncDisposableStack();
    const targets = scenario.fresh
      ? await startAll(names, upstream, stack)
      : warm.filter((target) => takesPart(target, scenario.field));
    const backwards = round % 2 === 1;
    const values = await scenario.round(backwards ? targets.toReversed() : targets);
    rounds.push(backwards ? values.toReversed() : values);
  }
  return scenario.metrics.flatMap((metric, place) =>
    resultsOf(
      metric,
      names.map(({ name }) => name),
      rounds.map((values) => values.map((figures) => figures[place] ?? Number.NaN)),
    ),
  );
}

/** @param rounds the contenders' figures, round by round. */
function resultsOf(metric: Metric, names: readonly string[], rounds: readonly number[][]): Result[] {
  return names.map((contender, index) => {
    const value = median(rounds.map((values) => values[index] ?? Number.NaN));
    if (index === 0 || metric.comparison === 'none') return { metric, contender, value };
    const compared = rounds.map((values) => compare(metric.comparison, values[index], values[0]));
    return {
      metric,
      contender,
      value,
      compared: { median: median(compared), least: Math.min(...compared), most: Math.max(...compared) },
    };
  });
}

/** Milliseconds from nothing to the first answer. */
async function startUps(all: readonly Contender[], upstream: string): Promise<Result[]> {
  const rounds: number[][] = [];
  for (let round = 0; round < START_UPS; round += 1) {
    const values: number[] = [];
    for (const { start, form } of all) {
      const begin = performance.now();
      await using stack = new AsyncDisposableStack();
      const running: Running = stack.adopt(await start(upstream), ({ close }) => close());
      await load({ url: running.url, form }, {}, 1, 1);
      values.push(performance.now() - begin);
    }
    rounds.push(values);
  }
  return resultsOf(
    { id: 'start_up', comparison: 'none' },
    all.map(({ name }) => name),
    rounds,
  );
}

/** KiB of JavaScript after gzip, of those that a deployment would upload. */
async function bundles(): Promise<Result[]> {
  const folders = [
    [MAIN.name, BUILT_WORKER],
    ...(options.portkey === undefined ? [] : [[PORTKEY, options.portkey]]),
  ] as const;
  return Promise.all(
    folders.map(async ([contender = '', folder = '']) => {
      const code = await readFile(join(folder, 'index.js'));
      const value = gzipSync(code, { level: 9 }).length / 1024;
      return { metric: { id: 'bundle', comparison: 'none' }, contender, value } as const;
    }),
  );
}

async function startUpstream(): Promise<{ url: string } & AsyncDisposable> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'upstream.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [port] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(() => Promise.reject(new Error('The upstream of the bench did not start.'))),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
}
