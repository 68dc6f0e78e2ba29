/** What is measured, whom, and how much more than a floor is acceptable. */
import { callerGoals, MAIN, translatedGoals } from './modes.ts';
import type { Goal, Metric } from './result.ts';
import { cpuPerUnit, latencies, manyStreams, memoryOfMany, type Round, restAndStreams } from './rounds.ts';

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
  readonly round: Round;
}

const KIB = 1024;

const main = (goal: Goal) => ({ [MAIN.name]: goal });

/** The whole list; `quick` measures a few seconds each, which shows mistakes but not small differences. */
export function scenarios(quick: boolean): Scenario[] {
  const rounds = (full: number) => (quick ? Math.ceil(full / 4) : full);
  return [
    {
      title: 'plain requests',
      metrics: [{ id: 'plain', comparison: 'ratio', goals: callerGoals({ least: 1.12 }) }],
      field: 'all',
      rounds: rounds(7),
      round: cpuPerUnit({}, quick ? 1500 : 2500, 16, 1),
    },
    ...bodies(quick, rounds(5)),
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
      rounds: rounds(5),
      round: cpuPerUnit({ events: 500, intervalMs: 2 }, quick ? 20 : 40, 20, 500),
    },
    {
      title: '20 streams of 500 events, all in step',
      metrics: [{ id: 'event_in_step', comparison: 'ratio' }],
      field: 'streaming',
      rounds: rounds(3),
      round: cpuPerUnit({ events: 500, intervalMs: 1, inStep: true }, quick ? 20 : 40, 20, 500),
    },
    {
      title: '20 streams of 500 events, four in a write',
      metrics: [{ id: 'event_of_four', comparison: 'ratio', goals: translatedGoals({ bare: 3 }) }],
      field: 'streaming',
      rounds: rounds(5),
      round: cpuPerUnit({ events: 500, intervalMs: 4, perWrite: 4 }, quick ? 20 : 40, 20, 500),
    },
    {
      title: '300 streams at once',
      metrics: [{ id: 'event_300', comparison: 'ratio', goals: main({ least: 1.05 }) }],
      field: 'peers',
      rounds: rounds(3),
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
      rounds: rounds(3),
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
      rounds: rounds(3),
      round: latencies({ events: 1, intervalMs: 2 }, quick ? 100 : 300, [0.5, 0.95, 0.99]),
    },
  ];
}

/** The same questions of the steps from one floor to the other. */
export function stepScenarios(quick: boolean): Scenario[] {
  const rounds = quick ? 1 : 3;
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

/** What other gateways are asked, too: fewer calls, for some need milliseconds where others need a tenth of one. */
export function rivalScenarios(quick: boolean): Scenario[] {
  const rounds = quick ? 1 : 3;
  return [
    {
      title: 'others: plain requests',
      metrics: [{ id: 'plain', comparison: 'ratio' }],
      field: 'all',
      rounds,
      round: cpuPerUnit({}, quick ? 250 : 500, 16, 1),
    },
    {
      title: 'others: 20 streams of 100 events',
      metrics: [{ id: 'event', comparison: 'ratio' }],
      field: 'all',
      rounds,
      round: cpuPerUnit({ events: 100, intervalMs: 10 }, 20, 20, 100),
    },
    {
      title: 'others: first bytes of streams',
      metrics: [
        { id: 'first_byte_p50', comparison: 'difference' },
        { id: 'first_byte_p95', comparison: 'difference' },
        { id: 'first_byte_p99', comparison: 'difference' },
      ],
      field: 'all',
      rounds,
      round: latencies({ events: 1, intervalMs: 2 }, quick ? 50 : 200, [0.5, 0.95, 0.99]),
    },
    {
      title: 'others: memory at rest, with 300 and with 1,000 streams',
      metrics: [
        { id: 'memory_rest', comparison: 'ratio' },
        { id: 'event_300', comparison: 'ratio' },
        { id: 'memory_300', comparison: 'ratio' },
        { id: 'event_1000', comparison: 'ratio' },
        { id: 'memory_1000', comparison: 'ratio' },
      ],
      field: 'all',
      fresh: true,
      rounds: 1,
      round: restAndStreams({ events: 20, intervalMs: 100 }, [300, 1000]),
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
