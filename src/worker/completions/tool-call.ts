/** Which call of a tool a fragment of a stream belongs to: the one rule, for vendors count and name calls differently. */
import { isGiven } from '../http/json/read.ts';

/** What fragments and calls are told by. */
export interface CallMarks {
  /** What is empty counts as none. */
  readonly id: unknown;
  readonly index: unknown;
  readonly isNamed: boolean;
  /** Whether arguments have come that are a whole JSON text, behind which nothing belongs to them. */
  readonly isWhole: () => boolean;
}

/**
 * Where the call stands that a fragment belongs to, by its id, else by its index, which may begin anywhere, else the last
 * call; -1 for a new one.
 */
export function callOf(fragment: CallMarks, calls: readonly CallMarks[]): number {
  const { id, index, isNamed } = fragment;
  // A second name under another index, or behind whole arguments, is another call, though both were given one id.
  const isAnother = (call: CallMarks) =>
    isNamed &&
    call.isNamed &&
    (isGiven(index) && isGiven(call.index) ? call.index !== index : call.isWhole());
  const withId = (is: (call: CallMarks) => boolean) =>
    id ? calls.findLastIndex((call) => call.id === id && is(call)) : -1;
  const bySame = isGiven(index) ? withId((call) => call.index === index) : -1;
  const byId = bySame === -1 ? withId((call) => !isAnother(call)) : bySame;
  if (byId !== -1) return byId;
  const at = isGiven(index) ? calls.findLastIndex((call) => call.index === index) : calls.length - 1;
  const found = calls[at];
  if (found === undefined) return -1;
  // A name under another id begins another call, whatever its index says; without ids, one behind whole arguments does,
  // and without indexes too any second name.
  if (!isNamed) return at;
  const isOther = id ? Boolean(found.id) : (!isGiven(index) && found.isNamed) || found.isWhole();
  return isOther ? -1 : at;
}
