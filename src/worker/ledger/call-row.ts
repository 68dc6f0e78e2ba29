/** The row of a call: as it begins, with what attempts came to, lost, and settled. Pure. */

import type { CallFacts } from './call-facts.ts';
import { addCost, addCounts } from './charge.ts';
import type { BegunCall, Charge, Settlement } from './key-service.ts';
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
    completion: 0,
    estimated: 0,
    source: 'estimated',
    cost: 0,
    charge: 0,
    ended: at,
    ttft: null,
    http: null,
    attempts: 1,
    calls: 1,
  };
}

type Charged = Pick<CallRow, 'prompt' | 'cached' | 'completion' | 'cost' | 'estimated' | 'charge'>;

/**
 * What a row's attempts come to together with one more.
 * @param charge what that one is booked at, in the budget's unit.
 */
export function withCharge(row: CallRow, came: Charge, charge: number): Charged {
  return {
    ...addCounts(row, came),
    estimated: came.estimated || row.estimated === 1 ? 1 : 0,
    charge: row.charge + charge,
  };
}

/** What a row has of failed attempts alone: of a lost one the booked hold is taken off. */
export function attemptsOf(row: CallRow, isMoney: boolean): CallRow {
  if (row.status !== STATUS.lost) return row;
  const cost = (row.cost ?? 0) - (isMoney && row.cost !== null ? row.hold : 0);
  const charge = row.charge - row.hold;
  return { ...row, charge, cost, estimated: charge > 0 ? 1 : 0 };
}

/** The row of a call that was never settled, booked at its whole hold. */
export function lostRow(row: CallRow, isMoney: boolean, now: number): CallRow {
  return {
    ...row,
    status: STATUS.lost,
    estimated: 1,
    source: 'estimated',
    charge: row.charge + row.hold,
    cost: isMoney ? addCost(row.cost, row.hold) : row.cost === 0 ? null : row.cost,
    ended: now,
  };
}

/**
 * The row of a call that has ended.
 * @param charge what its end is booked at, in the budget's unit.
 * @param earlier its failed attempts, where it had begun.
 */
export function settledRow(end: Settlement, charge: number, earlier: CallRow = openRow(end)): CallRow {
  return {
    ...openRow(end),
    ...withCharge({ ...earlier, cost: earlier.cost ?? 0 }, end, charge),
    status: end.status,
    source: end.source,
    bound: earlier.bound,
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
