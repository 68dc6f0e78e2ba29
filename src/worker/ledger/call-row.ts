/** The row of a call: as it begins, with what attempts came to, lost, and settled. Pure. */

import type { CallFacts } from './call-facts.ts';
import { addCost, sumOfCharges } from './charge.ts';
import type { BegunCall, Charge, Settlement } from './key-service.ts';
import type { Budget } from './limits.ts';
import { type CallRow, STATUS } from './store.ts';

/** A call that begins: at the first of its targets. */
export function begunCall(id: string, at: number, { model, targets, endpoint }: CallFacts): BegunCall {
  return { id, at, model, target: targets[0]?.name ?? '', endpoint };
}

/** The row of a call that has begun, which holds nothing yet. */
export function openRow({ id, at, model, target, endpoint }: BegunCall): CallRow {
  return {
    id,
    at,
    model,
    target,
    endpoint,
    hold: 0,
    bound: 0,
    until: 0,
    status: STATUS.open,
    prompt: 0,
    cached: 0,
    written: 0,
    completion: 0,
    estimated: 0,
    source: 'none',
    cost: 0,
    charge: 0,
    ended: at,
    ttft: null,
    http: null,
    attempts: 1,
    calls: 1,
  };
}

type Charged = Pick<
  CallRow,
  'prompt' | 'cached' | 'written' | 'completion' | 'cost' | 'estimated' | 'source' | 'charge'
>;

/** A charge as a row has it. @param charge the same in the budget's unit. */
function charged({ estimated, ...counts }: Charge, charge: number): Charged {
  const { prompt, cached, written, completion, cost, source } = counts;
  return { prompt, cached, written, completion, cost, source, estimated: estimated ? 1 : 0, charge };
}

/**
 * What a row's attempts come to together with one more.
 * @param charge what that one is booked at, in the budget's unit.
 */
export function withCharge(row: CallRow, came: Charge, charge: number): Charged {
  return charged(sumOfCharges({ ...row, estimated: row.estimated === 1 }, came), row.charge + charge);
}

/** The row of a call that was never settled, booked at its whole hold. What it cost beside that is not known. */
export function lostRow(row: CallRow, unit: Budget['unit'] | undefined, now: number): CallRow {
  return {
    ...row,
    status: STATUS.lost,
    estimated: 1,
    source: 'estimated',
    charge: row.charge + row.hold,
    completion: row.completion + (unit === 'tokens' ? row.hold : 0),
    cost: unit === 'usd' ? addCost(row.cost, row.hold) : null,
    ended: now,
  };
}

/**
 * The row of a call that has ended.
 * @param charge what all its attempts are booked at, in the budget's unit.
 * @param bound what it held of the tokens a minute.
 */
export function settledRow(end: Settlement, charge: number, bound = 0): CallRow {
  return {
    ...openRow(end),
    ...charged(sumOfCharges(end.earlier, end), charge),
    status: end.status,
    bound,
    ended: end.ended,
    ttft: end.ttft,
    http: end.http,
    attempts: end.attempts,
    calls: end.calls,
  };
}

/** What a call counts for in its minute: what it may take while it is open, what it took afterwards. */
export function minuteTokens({ status, bound, prompt, completion }: CallRow): number {
  return status === STATUS.open ? bound : prompt + completion;
}
