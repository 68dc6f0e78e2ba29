/** What is measured, whom, and how much more than a floor is acceptable. */
import { Agent } from 'node:http';
import { residentBytes } from '../stress/memory.ts';
import { type Contender, callerGoals, MAIN, type Running, translatedGoals } from './contenders.ts';
import { cpuMs } from './cpu.ts';
import { ask, type Call, load, loadOver } from './load.ts';
import type { Goal, Metric } from './result.ts';
import { percentile } from './statistics.ts';

/** A running contender. */
export type Target = Running & Pick<Contender, 'name' | 'form' | 'streams'>;

/** Which contenders a scenario is about: all of them, those that hand on streams, or the main mode among its peers. */
export type Field = 'all' | 'streaming' | 'peers';

/** One measurement. */
export interface Scenario {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly field: Field;
  /** Needs processes that have done nothing else: memory that was given once is seldom given back. */
  readonly fresh?: boolean;
  readonly rounds: number;
  /** Measures every target once, in this order, and returns a number for each metric, target by target. */
  readonly round: (targets: readonly Target[]) => Promise<number[][]>;
}

const US_PER_MS = 1000;
const KIB = 1024;

/** How often the memory is looked at while streams run. */
const SAMPLE_MS = 250;

/** Calls of one target in a row. A slice of streams is as many as run at once. */
const SLICE_CALLS = 250;

const main = (goal: Goal) => ({ [MAIN.name]: goal });

/** The whole list; `quick` measures a few seconds each, which shows mistakes but not small differences. */
export function scenarios(quick: boolean): Scenario[] {
  const rounds = (full: number) => (quick ? Math.ceil(full / 4) : full);
  return [
    {
      title: 'plain requests',
      metrics: [{ id: 'plain', comparison: 'ratio', goals: callerGoals({ least: 1.12 }) }],
      field: 'all',
      rounds: rounds(11),
      round: cpuPerUnit({}, quick ? 1500 : 2500, 16, 1),
    },
    ...bodies(quick, rounds(7)),
    {
      title: '20 streams of 500 events, each in its own time',
      metrics: [
        {
          id: 'event',
          comparison: 'ratio',
          goals: { ...main({ least: 1.05 }), ...translatedGoals({ bare: 5 }) },
        },
      ],
      field: 'streaming',
      rounds: rounds(9),
      round: cpuPerUnit({ events: 500, intervalMs: 2 }, quick ? 20 : 40, 20, 500),
    },
    {
      title: '20 streams of 500 events, all in step',
      metrics: [{ id: 'event_in_step', comparison: 'ratio' }],
      field: 'streaming',
      rounds: rounds(9),
      round: cpuPerUnit({ events: 500, intervalMs: 1, inStep: true }, quick ? 20 : 60, 20, 500),
    },
    {
      title: '20 streams of 500 events, four in a write',
      metrics: [{ id: 'event_of_four', comparison: 'ratio', goals: translatedGoals({ bare: 3 }) }],
      field: 'streaming',
      rounds: rounds(9),
      round: cpuPerUnit({ events: 500, intervalMs: 4, perWrite: 4 }, quick ? 20 : 60, 20, 500),
    },
    {
      title: '300 streams at once',
      metrics: [{ id: 'event_300', comparison: 'ratio', goals: main({ least: 1.05 }) }],
      field: 'peers',
      rounds: rounds(5),
      round: cpuPerUnit({ events: 100, intervalMs: quick ? 20 : 50 }, 300, 300, 100),
    },
    {
      title: '1,000 streams at once, each with its own mark',
      metrics: [
        { id: 'event_1000', comparison: 'ratio' },
        { id: 'memory_1000', comparison: 'ratio', goals: main({ least: 1.05 }) },
      ],
      field: 'peers',
      fresh: true,
      rounds: rounds(3),
      round: manyStreams({ events: quick ? 20 : 50, intervalMs: 100 }, 1000),
    },
    {
      title: 'plain requests, one at a time',
      metrics: [
        { id: 'plain_p50', comparison: 'difference' },
        { id: 'plain_p95', comparison: 'difference' },
      ],
      field: 'all',
      rounds: rounds(5),
      round: latencies({}, quick ? 100 : 300, [0.5, 0.95]),
    },
    {
      title: 'first bytes of streams',
      metrics: [
        { id: 'first_byte_p50', comparison: 'difference', goals: main({ bare: 0.5 }) },
        { id: 'first_byte_p95', comparison: 'difference' },
        { id: 'first_byte_p99', comparison: 'difference' },
      ],
      field: 'streaming',
      rounds: rounds(5),
      round: latencies({ events: 1, intervalMs: 2 }, quick ? 100 : 300, [0.5, 0.95, 0.99]),
    },
  ];
}

/** The same questions of the steps from one floor to the other. */
export function stepScenarios(quick: boolean): Scenario[] {
  const rounds = quick ? 1 : 5;
  return [
    {
      title: 'steps: plain requests',
      metrics: [{ id: 'plain', comparison: 'ratio' }],
      field: 'all',
      rounds,
      round: cpuPerUnit({}, quick ? 1500 : 2500, 16, 1),
    },
    {
      title: 'steps: 20 streams of 500 events',
      metrics: [{ id: 'event', comparison: 'ratio' }],
      field: 'all',
      rounds,
      round: cpuPerUnit({ events: 500, intervalMs: 2 }, 20, 20, 500),
    },
    {
      title: 'steps: 1,000 streams at once',
      metrics: [{ id: 'memory_1000', comparison: 'ratio' }],
      field: 'all',
      fresh: true,
      rounds: 1,
      round: memoryOfMany({ events: 20, intervalMs: 100 }, 1000),
    },
  ];
}

function bodies(quick: boolean, rounds: number): Scenario[] {
  const scenario = (
    id: Metric['id'],
    bytes: number,
    calls: number,
    { parallel = 4, goal }: { readonly parallel?: number; readonly goal?: number } = {},
  ): Scenario => ({
    title: `requests of ${Math.round(bytes / KIB)} KiB`,
    metrics: [{ id, comparison: 'ratio', ...(goal !== undefined && { goals: main({ bare: goal }) }) }],
    field: 'peers',
    rounds,
    round: cpuPerUnit({ paddingBytes: bytes }, quick ? Math.ceil(calls / 4) : calls, parallel, 1),
  });
  return [
    scenario('body_1k', KIB, 1000),
    scenario('body_100k', 100 * KIB, 500),
    scenario('body_1m', KIB * KIB, 100),
    // A little less than the default of MAX_BODY_BYTES; more of them at once than BODIES_BYTES holds would be refused.
    scenario('body_20m', 20 * KIB * KIB - 4 * KIB, 12, { parallel: 2, goal: 2 }),
  ];
}

/**
 * Whole-process CPU of each target in us, for `total` calls, `parallel` at a time, divided by all their units. The
 * targets take turns slice by slice, so that a noisy moment meets all of them.
 */
function cpuPerUnit(call: Call, total: number, parallel: number, unitsPerCall: number): Scenario['round'] {
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
function manyStreams(call: Call & { events: number }, parallel: number): Scenario['round'] {
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
      results.push([(spent * US_PER_MS) / (parallel * call.events), Math.max(...bytes) / (KIB * KIB)]);
    }
    return results;
  };
}

/** The most resident memory alone, in MiB. */
function memoryOfMany(call: Call & { events: number }, parallel: number): Scenario['round'] {
  const measured = manyStreams(call, parallel);
  return async (targets) => (await measured(targets)).map(([, mebibytes = Number.NaN]) => [mebibytes]);
}

/**
 * The time to the first byte of each answer, in ms, by shares of the calls: one call at a time, the targets taking turns
 * call by call, so that a noisy moment meets all of them.
 */
function latencies(call: Call, calls: number, shares: readonly number[]): Scenario['round'] {
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
