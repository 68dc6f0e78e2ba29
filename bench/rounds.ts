/** How a scenario's targets are asked, and what is read off them: CPU, memory, times. */
import { Agent } from 'node:http';
import { residentBytes } from '../stress/memory.ts';
import type { Contender, Running } from './contender.ts';
import { cpuMs } from './cpu.ts';
import { ask, type Call, load, loadOver } from './load.ts';
import { percentile } from './statistics.ts';

/** A running contender. */
export type Target = Running & Pick<Contender, 'name' | 'form' | 'streams'>;

/** Measures every target once, in this order, and returns a number for each metric, target by target. */
export type Round = (targets: readonly Target[]) => Promise<number[][]>;

const US_PER_MS = 1000;
const MIB = 1024 * 1024;

/** How often the memory is looked at while streams run. */
const SAMPLE_MS = 250;

/** Calls of one target in a row. A slice of streams is as many as run at once. */
const SLICE_CALLS = 250;

/**
 * Whole-process CPU of each target in us, for `total` calls, `parallel` at a time, divided by all their units. The
 * targets take turns slice by slice, so that a noisy moment meets all of them.
 */
export function cpuPerUnit(call: Call, total: number, parallel: number, unitsPerCall: number): Round {
  const inARow = unitsPerCall > 1 ? parallel : SLICE_CALLS;
  const slices = Math.max(1, Math.floor(total / inARow));
  const calls = Math.ceil(total / slices);
  return async (targets) => {
    const lanes = targets.map((target) => ({
      target,
      agent: new Agent({ keepAlive: true, maxSockets: parallel }),
      spentMs: 0,
    }));
    try {
      for (let slice = 0; slice < slices; slice += 1) {
        for (const lane of slice % 2 === 0 ? lanes : lanes.toReversed()) {
          const before = await cpuMs(lane.target.pid);
          await loadOver(lane.agent, lane.target, call, calls, parallel);
          lane.spentMs += (await cpuMs(lane.target.pid)) - before;
        }
      }
    } finally {
      for (const { agent } of lanes) agent.destroy();
    }
    return lanes.map(({ spentMs }) => [(spentMs * US_PER_MS) / (slices * calls * unitsPerCall)]);
  };
}

/** CPU per event in us, and the most resident memory in MiB. */
export function manyStreams(call: Call & { events: number }, parallel: number): Round {
  return async (targets) => {
    const results: number[][] = [];
    for (const target of targets) {
      const before = await cpuMs(target.pid);
      const bytes = [await residentBytes(target.pid)];
      const timer = setInterval(() => {
        residentBytes(target.pid).then((each) => bytes.push(each), console.error);
      }, SAMPLE_MS);
      try {
        await load(target, call, parallel, parallel);
      } finally {
        clearInterval(timer);
      }
      const spent = (await cpuMs(target.pid)) - before;
      results.push([(spent * US_PER_MS) / (parallel * call.events), Math.max(...bytes) / MIB]);
    }
    return results;
  };
}

/** The most resident memory alone, in MiB. */
export function memoryOfMany(call: Call & { events: number }, parallel: number): Round {
  const measured = manyStreams(call, parallel);
  return async (targets) => (await measured(targets)).map(([, mebibytes = Number.NaN]) => [mebibytes]);
}

/**
 * The time to the first byte of each answer, in ms, by shares of the calls: one call at a time, the targets taking turns
 * call by call, so that a noisy moment meets all of them.
 */
export function latencies(call: Call, calls: number, shares: readonly number[]): Round {
  return async (targets) => {
    const agent = new Agent({ keepAlive: true });
    const seen: number[][] = targets.map(() => []);
    try {
      for (let count = 0; count < calls; count += 1) {
        for (const [index, target] of targets.entries()) {
          seen[index]?.push(await ask(target, call, agent));
        }
      }
    } finally {
      agent.destroy();
    }
    return seen.map((values) => shares.map((share) => percentile(values, share)));
  };
}

/** Resident memory in MiB before anything else, then for each number of streams CPU per event in us and the most memory. */
export function restAndStreams(call: Call & { events: number }, counts: readonly number[]): Round {
  return async (targets) => {
    const results: number[][] = [];
    for (const target of targets) {
      const figures = [(await residentBytes(target.pid)) / MIB];
      for (const count of counts) {
        const [figure = []] = await manyStreams(call, count)([target]);
        figures.push(...figure);
      }
      results.push(figures);
    }
    return results;
  };
}
