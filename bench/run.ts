/**
 * `npm run bench`: every contender before the same upstream, in the same run, round by round and in changing order;
 * medians of the rounds, compared with the bare pass-through Worker of the same round. `--quick` for a first look,
 * `--json FILE` to keep the figures. It measures; it never fails because of a figure.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { workerdVersion } from '../test/support/workerd.ts';
import { CONTENDERS } from './contenders.ts';
import { load } from './load.ts';
import { compare, type Result } from './result.ts';
import { type Scenario, scenarios, type Target } from './scenarios.ts';
import { median } from './statistics.ts';
import { printTable } from './table.ts';

/** Enough for the compiler to have settled; a cold round would be compared with a warm one. */
const WARM_UP_CALLS = 2000;
const WARM_UP_STREAMS = 40;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});

if (process.platform === 'linux') await main();
else console.error('The bench reads the CPU time of a process from /proc, which only Linux has.');

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await using upstream = await startUpstream();
  await using stack = new AsyncDisposableStack();
  const targets: Target[] = [];
  for (const { start } of CONTENDERS) targets.push(stack.use(await start(upstream.url)));
  for (const { url } of targets) {
    await load(url, {}, WARM_UP_CALLS, 16);
    await load(url, { events: 100, intervalMs: 2 }, WARM_UP_STREAMS, 20);
  }

  const results: Result[] = [];
  for (const scenario of scenarios(options.quick)) {
    process.stderr.write(`${scenario.name} …\n`);
    results.push(...(await measure(scenario, targets)));
  }
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    workerd: workerdVersion(),
    quick: options.quick,
  };
  printTable(machine, results);
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
  }
}

async function measure(scenario: Scenario, targets: readonly Target[]): Promise<Result[]> {
  const rounds: number[][] = [];
  for (let round = 0; round < scenario.rounds; round += 1) {
    const backwards = round % 2 === 1;
    const values = await scenario.round(backwards ? targets.toReversed() : targets);
    rounds.push(backwards ? values.toReversed() : values);
  }
  return CONTENDERS.map(({ name }, index) => {
    const { comparison, unit, goal } = scenario;
    const value = median(rounds.map((values) => values[index] ?? Number.NaN));
    const result = { scenario: scenario.name, unit, comparison, goal, contender: name, value };
    if (index === 0) return result;
    const compared = rounds.map((values) => compare(comparison, values[index], values[0]));
    return {
      ...result,
      compared: { median: median(compared), least: Math.min(...compared), most: Math.max(...compared) },
    };
  });
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
