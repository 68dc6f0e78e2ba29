/** Times in the reader's words. Pure. */

/**
 * The time of day for what was written today, with the date before that, and with the year before this one.
 * @param at milliseconds since the epoch
 * @param now the same; null for the whole date in any case
 */
export function momentText(at: number, now: number | null, locale: string): string {
  const [then, today] = [new Date(at), new Date(now ?? 0)];
  if (now === null || then.getFullYear() !== today.getFullYear()) {
    return then.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
  }
  if (then.toDateString() === today.toDateString()) {
    return then.toLocaleTimeString(locale, { timeStyle: 'short' });
  }
  return then.toLocaleString(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
}
