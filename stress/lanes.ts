/** Work that is done many times over, several at a time, and what happens meanwhile. */
import { setTimeout } from 'node:timers/promises';

/** Something that happens once a part of the work is done. */
export interface Happening {
  /** The part, from 0 to 1. */
  readonly at: number;
  readonly act: () => Promise<void>;
}

/** So many times the same, evenly spread over the work. */
export function spread(times: number, act: (time: number) => Promise<void>): Happening[] {
  return Array.from({ length: times }, (_, time) => ({ at: (time + 1) / (times + 1), act: () => act(time) }));
}

/**
 * Does the work of each number below `count`, `parallel` at a time. What happens meanwhile finds some of it in its middle.
 * @throws the first error of the work.
 */
export async function inLanes(
  count: number,
  parallel: number,
  work: (number: number) => Promise<void>,
  happenings: readonly Happening[],
): Promise<void> {
  let [begun, ended] = [0, 0];
  const lane = async (): Promise<void> => {
    while (begun < count) {
      const number = begun;
      begun += 1;
      await work(number);
      ended += 1;
    }
  };
  const lanes = Promise.all(Array.from({ length: parallel }, lane));
  // Awaited below, whenever it fails.
  lanes.catch(() => undefined);
  for (const { at, act } of [...happenings].sort((one, other) => one.at - other.at)) {
    while (ended < Math.floor(count * at)) await Promise.race([setTimeout(5), lanes]);
    await act();
  }
  await lanes;
}
