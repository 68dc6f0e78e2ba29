/** What the tuned questions are answered with at least: below it, `npm run eval` and the tests fail. */
import type { Figures } from './summary.ts';

/** Least shares, but for `wrong`, which is the most. */
export const FLOORS = { rightFirst: 0.82, inView: 0.9, wrong: 0.08, offTopicDeclined: 0.95 } as const;

/** The sets that the floors hold for, all their questions together. */
export const TUNED_SETS: readonly string[] = ['tune', 'held', 'offTopicTune', 'offTopicFrozen'];

/** What falls short, in words; empty where nothing does. */
export function belowFloors({ rightFirst, inView, wrong, offTopicDeclined }: Figures): string[] {
  const least = (name: string, share: number | undefined, floor: number) =>
    share !== undefined && share < floor
      ? [`${name} ${share.toFixed(3)}, at least ${floor} is promised`]
      : [];
  return [
    ...least('right first', rightFirst, FLOORS.rightFirst),
    ...least('in view', inView, FLOORS.inView),
    ...(wrong !== undefined && wrong > FLOORS.wrong
      ? [`wrong as right ${wrong.toFixed(3)}, at most ${FLOORS.wrong} is promised`]
      : []),
    ...least('off topic declined', offTopicDeclined, FLOORS.offTopicDeclined),
  ];
}
