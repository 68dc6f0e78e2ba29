/** The first half of every start: read the settings, check them, and see whether the address is free. */
import { makePlan, type PlanResult } from './plan.ts';
import { addressProblem } from './port.ts';
import { readSources } from './sources.ts';

/** Reads, merges and checks; every problem is a sentence for the operator. Nothing is started. */
export async function prepare(): Promise<PlanResult> {
  const result = makePlan(readSources());
  if (!result.ok) return result;
  const problem = await addressProblem(result.plan.address);
  return problem === undefined ? result : { ok: false, problems: [problem] };
}
