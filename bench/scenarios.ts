/** What is measured, in which unit, and how much more than the base line is acceptable. */
import { Agent } from 'node:http';
import { cpuMs } from './cpu.ts';
import { ask, type Call, load } from './load.ts';
import type { Comparison } from './result.ts';
import { median } from './statistics.ts';

/** A running contender, as a scenario sees it. */
export interface Target {
  readonly url: string;
  readonly pid: number;
}

/** One line of the table. */
export interface Scenario {
  readonly name: string;
  readonly unit: string;
  readonly comparison: Comparison;
  /** The most that the comparison may come to. */
  readonly goal: number;
  readonly rounds: number;
  /** Measures every target once, in this order, and returns a number in `unit` for each. */
  readonly round: (targets: readonly Target[]) => Promise<number[]>;
}

const MICROSECONDS_PER_MS = 1000;

/** The whole list; `quick` measures a few seconds each, which shows mistakes but not small differences. */
export function scenarios(quick: boolean): Scenario[] {
  const waves = quick ? 1 : 3;
  return [
    {
      name: 'plain request',
      unit: 'us CPU each',
      comparison: 'ratio',
      goal: 1.4,
      rounds: quick ? 3 : 11,
      round: cpuPerUnit({}, quick ? 1500 : 2500, 16, 1),
    },
    {
      name: 'streamed event, 20 streams of 500',
      unit: 'us CPU each',
      comparison: 'ratio',
      goal: 1.3,
      rounds: quick ? 3 : 9,
      round: cpuPerUnit({ events: 500, intervalMs: 1 }, 20 * waves, 20, 500),
    },
    {
      name: 'streamed event, 300 streams at once',
      unit: 'us CPU each',
      comparison: 'ratio',
      goal: 1.8,
      rounds: quick ? 1 : 5,
      round: cpuPerUnit({ events: 100, intervalMs: quick ? 20 : 50 }, 300, 300, 100),
    },
    {
      name: 'first byte of a stream',
      unit: 'ms, median',
      comparison: 'difference',
      goal: 0.5,
      rounds: quick ? 2 : 5,
      round: firstByte(quick ? 100 : 300),
    },
  ];
}

/** Whole-process CPU of each target in turn, for `total` calls, `parallel` at a time, divided by all their units. */
function cpuPerUnit(call: Call, total: number, parallel: number, unitsPerCall: number): Scenario['round'] {
  return async (targets) => {
    const results: number[] = [];
    for (const { url, pid } of targets) {
      const before = await cpuMs(pid);
      await load(url, call, total, parallel);
      const spent = (await cpuMs(pid)) - before;
      results.push((spent * MICROSECONDS_PER_MS) / (total * unitsPerCall));
    }
    return results;
  };
}

/** One call at a time, the targets taking turns call by call, so that a noisy moment meets all of them. */
function firstByte(calls: number): Scenario['round'] {
  return async (targets) => {
    const agent = new Agent({ keepAlive: true });
    const seen: number[][] = targets.map(() => []);
    try {
      for (let count = 0; count < calls; count += 1) {
        for (const [index, { url }] of targets.entries()) {
          const { firstByteMs } = await ask(url, { events: 1, intervalMs: 2 }, agent);
          seen[index]?.push(firstByteMs);
        }
      }
    } finally {
      agent.destroy();
    }
    return seen.map(median);
  };
}
