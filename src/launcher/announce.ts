/** Prints that the server runs, and what is only known later. */
import { type ListenAddress, ownAddresses } from './address.ts';
import { greeting, lateNote } from './greeting.ts';
import type { Plan } from './plan.ts';
import type { ServedModels } from './served-models.ts';
import type { State } from './state.ts';

/** Prints the greeting at once; the upstream's models follow if they come after it. */
export function announce(
  plan: Plan,
  address: ListenAddress,
  served: ServedModels | undefined,
  state?: State,
): void {
  const known = served?.known;
  console.log(greeting(plan, address, ownAddresses(), known, state));
  if (served === undefined || known !== undefined) return;
  void served.asked.then((models) => {
    const note = lateNote(plan, models);
    if (note !== undefined) console.log(note);
  });
}
