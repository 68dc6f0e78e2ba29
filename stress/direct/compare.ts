/** Two outcomes of the same call, direct and through the gateway: equal, better for a reason, or a fault. */
import { isDeepStrictEqual } from 'node:util';
import type { Behaviour } from './behaviour.ts';
import type { Job, Outcome } from './outcome.ts';

/** The same call twice. */
export interface Pair {
  readonly behaviour: Behaviour;
  readonly job: Job;
  readonly direct: Outcome;
  readonly through: Outcome;
  /** How often the upstream was asked for it. */
  readonly askedDirect: number;
  readonly askedThrough: number;
}

/** A way in which the gateway's outcome may differ, and why it is better. */
export interface Better {
  readonly name: string;
  readonly reason: string;
  readonly holds: (pair: Pair) => boolean;
}

/** Whether the client sees the same, and the upstream was asked as often. */
export function isEqual({ direct, through, askedDirect, askedThrough }: Pair): boolean {
  return askedDirect === askedThrough && isDeepStrictEqual(comparable(direct), comparable(through));
}

/**
 * Without what differs from call to call: the address, the model's name in a message, and the id that the gateway gives
 * an answer to which the upstream gave none.
 */
function comparable(outcome: Outcome): unknown {
  const text = JSON.stringify(outcome)
    .replace(/b\d+-[dt]\b/g, 'MODEL')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/req_[0-9a-f]{32}/g, '');
  return JSON.parse(text);
}
