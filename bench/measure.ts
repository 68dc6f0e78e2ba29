/** Scenarios run over contenders: round by round in changing order, every figure beside the floors of the same round. */
import type { Contender, Running } from './contender.ts';
import { FLOOR_CONTENDERS } from './floors.ts';
import { load } from './load.ts';
import { MODES } from './modes.ts';
import { type Compared, compare, FLOORS, type Metric, type Result } from './result.ts';
import type { Target } from './rounds.ts';
import type { Field, Scenario } from './scenarios.ts';
import { median } from './statistics.ts';

/** Enough for the compiler to have settled; a cold round would be compared with a warm one. */
const WARM_UP_CALLS = 2000;
const WARM_UP_STREAMS = 40;

/** Starts the contenders and asks them until they are warm. The stack ends them. */
async function startAll(
  list: readonly Contender[],
  upstream: string,
  stack: AsyncDisposableStack,
): Promise<Target[]> {
  const targets: Target[] = [];
  for (const contender of list) targets.push(await startWarm(contender, upstream, stack, WARM_UP_CALLS));
  return targets;
}

/** Starts a contender and makes so many plain calls, and some streams. The stack ends it. Throws at a wrong answer. */
export async function startWarm(
  { name, form, streams, start }: Contender,
  upstream: string,
  stack: AsyncDisposableStack,
  calls: number,
): Promise<Target> {
  const running = stack.adopt(await start(upstream), ({ close }) => close());
  const target = { ...running, name, form, streams };
  await load(target, {}, calls, 16);
  if (streams) await load(target, { events: 100, intervalMs: 2 }, WARM_UP_STREAMS, 20);
  return target;
}

/** Every scenario in turn, over the contenders that take part in it. All are started once, but where a scenario wants them fresh. */
export async function measureAll(
  scenarios: readonly Scenario[],
  contenders: readonly Contender[],
  upstream: string,
): Promise<Result[]> {
  if (scenarios.length === 0) return [];
  await using stack = new AsyncDisposableStack();
  const warm = scenarios.every(({ fresh }) => fresh) ? [] : await startAll(contenders, upstream, stack);
  const results: Result[] = [];
  for (const scenario of scenarios) {
    process.stderr.write(`${scenario.title} …\n`);
    results.push(...(await measure(scenario, contenders, warm, upstream)));
  }
  return results;
}

function takesPart({ name, streams }: Pick<Contender, 'name' | 'streams'>, field: Field): boolean {
  if (field === 'all') return true;
  return streams && (field === 'streaming' || !MODES.some((mode) => mode.name === name));
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

/** What each contender came to. @param rounds the contenders' figures, round by round. */
export function resultsOf(
  metric: Metric,
  names: readonly string[],
  rounds: readonly (readonly number[])[],
): Result[] {
  return names.map((contender, index) => {
    const value = median(rounds.map((values) => values[index] ?? Number.NaN));
    const beside = FLOORS.flatMap((floor) => {
      const place = names.indexOf(FLOOR_CONTENDERS[floor].name);
      // The floors come first, the lower before the higher.
      if (place === -1 || place >= index || metric.comparison === 'none') return [];
      const compared = rounds.map((values) => compare(metric.comparison, values[index], values[place]));
      return [[floor, comparedOf(compared)] as const];
    });
    return { metric, contender, value, beside: Object.fromEntries(beside) };
  });
}

function comparedOf(values: readonly number[]): Compared {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

/** Milliseconds from nothing to the first answer, as many times over as there are rounds. */
export async function startUps(
  contenders: readonly Contender[],
  upstream: string,
  count: number,
): Promise<Result[]> {
  const rounds: number[][] = [];
  for (let round = 0; round < count; round += 1) {
    const values: number[] = [];
    for (const { start, form } of contenders) {
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
    contenders.map(({ name }) => name),
    rounds,
  );
}
