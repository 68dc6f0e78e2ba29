/** Whether the holder of an issued key is to be warned, and of what. Pure. */
import type { Key } from '../usage/report.ts';

/** The budget is used up, or nearly; or the key ends soon. */
export type KeyWarning = 'spent' | 'low' | 'ends';

/** Less than this part of a budget is little. */
const LOW = 0.1;
const SOON_S = 3 * 86_400;

/** What the holder should know before the next message. @param nowS seconds since 1970. */
export function keyWarning({ budget, expiresAt }: Key, nowS: number): KeyWarning | null {
  const state = budget?.state;
  if (budget && state) {
    // What calls under way hold may come back.
    const left = budget.amount - state.spent;
    if (left <= 0) return 'spent';
    if (left < budget.amount * LOW) return 'low';
  }
  return expiresAt !== null && expiresAt - nowS < SOON_S ? 'ends' : null;
}
