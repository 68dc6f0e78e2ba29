/** Other gateways beside the floors and this one: asked the same, in the same run; one that fails stops no other. */
import { inTime } from '../../stress/in-time.ts';
import { messageOf } from '../../stress/message-of.ts';
import type { Contender } from '../contender.ts';
import { FLOOR_CONTENDERS } from '../floors.ts';
import { resultsOf, startUps, startWarm } from '../measure.ts';
import { MAIN } from '../modes.ts';
import type { Result } from '../result.ts';
import type { Target } from '../rounds.ts';
import type { Scenario } from '../scenarios.ts';

/** Fewer than for our own: some need seconds for a thousand. */
const WARM_UP_CALLS = 300;

/** One that hangs does not stop the run. */
const LIMIT_MS = 180_000;

/** Something that one of them could not do. */
export interface Failure {
  readonly contender: string;
  /** The scenario's title, or `start`. */
  readonly what: string;
  readonly reason: string;
}

/** What they came to. A figure that could not be had is NaN. */
export interface Measured {
  readonly results: readonly Result[];
  readonly failures: readonly Failure[];
}

/** Measures these beside the floors and the main mode. */
export async function measureRivals(
  rivals: readonly Contender[],
  upstream: string,
  scenarios: readonly Scenario[],
  startUpRounds: number,
): Promise<Measured> {
  const failures: Failure[] = [];
  await using stack = new AsyncDisposableStack();
  const started: { contender: Contender; target: Target }[] = [];
  for (const contender of [...Object.values(FLOOR_CONTENDERS), MAIN, ...rivals]) {
    process.stderr.write(`others: ${contender.name} starts …\n`);
    try {
      started.push({ contender, target: await startWarm(contender, upstream, stack, WARM_UP_CALLS) });
    } catch (error) {
      failures.push({ contender: contender.name, what: 'start', reason: messageOf(error) });
    }
  }
  const results: Result[] = [];
  const able = started.map(({ contender }) => contender);
  const names = able.map(({ name }) => name);
  for (const scenario of scenarios) {
    process.stderr.write(`${scenario.title} …\n`);
    const rounds: number[][][] = [];
    for (let round = 0; round < scenario.rounds; round += 1) {
      const order = round % 2 === 1 ? started.toReversed() : started;
      const values = new Map<string, number[]>();
      for (const { contender, target } of order) {
        try {
          const measured = measureOne(scenario, contender, target, upstream);
          values.set(contender.name, await inTime(measured, LIMIT_MS, 'It took more than three minutes.'));
        } catch (error) {
          failures.push({ contender: contender.name, what: scenario.title, reason: messageOf(error) });
        }
      }
      rounds.push(names.map((name) => values.get(name) ?? []));
    }
    for (const [place, metric] of scenario.metrics.entries()) {
      const figures = rounds.map((values) => values.map((each) => each[place] ?? Number.NaN));
      results.push(...resultsOf(metric, names, figures));
    }
  }
  process.stderr.write('others: start-up …\n');
  try {
    results.push(...(await startUps(able, upstream, startUpRounds)));
  } catch (error) {
    failures.push({ contender: 'all', what: 'start-up', reason: messageOf(error) });
  }
  return { results, failures };
}

async function measureOne(
  { fresh, round }: Scenario,
  contender: Contender,
  warm: Target,
  upstream: string,
): Promise<number[]> {
  await using stack = new AsyncDisposableStack();
  const target = fresh ? await startWarm(contender, upstream, stack, WARM_UP_CALLS) : warm;
  const [figures = []] = await round([target]);
  return figures;
}
