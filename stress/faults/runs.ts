/** Many faults in turn, each met by every way of asking; the first wrong outcome is thrown with what led to it. */

import { messageOf } from '../message-of.ts';
import { ASKS, type Ask } from './asks.ts';
import type { ClientFault } from './client-fault.ts';
import type { Fault } from './fault.ts';
import { isGood, meet, type Place, serveWell } from './meet.ts';

/** How often each outcome came. */
export type Tally = ReadonlyMap<string, number>;

/** Lets upstreams misbehave. `afterEach` is told how many faults were met so far. */
export async function meetUpstreams(
  faults: readonly Fault[],
  place: Place,
  runtime: string,
  afterEach: (met: number) => Promise<void> | undefined = () => undefined,
): Promise<Tally> {
  const tallied = new Map<string, number>();
  let met = 0;
  for (const fault of faults) {
    for (const ask of ASKS) {
      if (fault.streamOnly && ask.relayed) continue;
      const outcome = await named(runtime, `the upstream ${fault.name}`, ask, () => meet(fault, ask, place));
      tallied.set(outcome, (tallied.get(outcome) ?? 0) + 1);
      met += 1;
    }
    await afterEach(met);
  }
  return tallied;
}

/** Lets clients misbehave; how often. */
export async function meetClients(
  faults: readonly ClientFault[],
  place: Place,
  runtime: string,
): Promise<number> {
  let met = 0;
  for (const fault of faults) {
    for (const ask of ASKS) {
      if (fault.suits?.(ask) === false) continue;
      await named(runtime, `the client ${fault.name}`, ask, () => meetClient(fault, ask, place));
      met += 1;
    }
  }
  return met;
}

async function meetClient(fault: ClientFault, ask: Ask, place: Place): Promise<void> {
  const asked = place.upstream.exchanges.length;
  await fault.run(ask, place);
  await serveWell(place);
  const times = place.upstream.exchanges.slice(asked).filter(({ request }) => !isGood(request)).length;
  if (times > 1) throw new Error(`The upstream was asked ${times} times for one request.`);
}

async function named<Value>(
  runtime: string,
  fault: string,
  ask: Ask,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    const message = messageOf(cause);
    throw new Error(`${runtime}, ${ask.name}, ${fault}: ${message}`, { cause });
  }
}

/** How many there were of all kinds. */
export function countOf(tallied: Tally): number {
  return tallied.values().reduce((total, count) => total + count, 0);
}

/** The counts in words. */
export function tally(tallied: Tally): string {
  return [...tallied].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}
