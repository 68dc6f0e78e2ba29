/** Prints that the server runs, and what is only known later. */
import { type ListenAddress, ownAddresses } from './address.ts';
import { greeting, lateNote } from './greeting.ts';
import { launcherWords, ownLanguage } from './locale.ts';
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
  const words = launcherWords(ownLanguage());
  const known = served?.known;
  console.log(greeting(plan, address, { addresses: ownAddresses(), served: known, state, words }));
  if (served === undefined || known !== undefined) return;
  void served.asked.then((models) => {
    const note = lateNote(plan, models, words);
    if (note !== undefined) console.log(note);
  });
}
