/** The list of conversations in its groups: pinned, by day, archived. Pure. */
import { type Chat, isTemporary } from '../chat/types.ts';
import type { Translate } from '../i18n/translate.ts';

export interface ChatGroup {
  readonly name: string;
  readonly chats: readonly Chat[];
  /** Folded until the reader opens it. */
  readonly folded: boolean;
}

const DAY_MS = 86_400_000;

/** How many days of the calendar lie between two times (milliseconds since the epoch), clock changes or not. */
export function daysBetween(earlier: number, later: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(later) - midnight(earlier)) / DAY_MS);
}

/** When a conversation was last used: today, yesterday, the last 7 or 30 days, else its month. */
export function periodName(updated: number, now: number, locale: string, t: Translate): string {
  // A time that has not come yet, of a clock that was wrong, is now.
  const days = daysBetween(Math.min(updated, now), now);
  if (days < 2) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day');
  if (days <= 30) return t('lastDays', { n: days <= 7 ? 7 : 30 });
  // An import may not know.
  if (updated <= 0) return t('earlier');
  return new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long' }).format(updated);
}

/** Temporary ones first, then pinned ones, the others by age, archived ones last. An empty temporary one is none yet. */
export function groupsOf(
  chats: readonly Chat[],
  now: number,
  locale: string,
  t: Translate,
): readonly ChatGroup[] {
  const groups = Map.groupBy(
    chats
      .filter(({ id, leaf }) => leaf !== null || !isTemporary(id))
      .toSorted((a, b) => rank(a) - rank(b) || b.updated - a.updated),
    (chat) =>
      isTemporary(chat.id)
        ? t('temporary')
        : chat.archived
          ? t('archived')
          : chat.pinned
            ? t('pinned')
            : periodName(chat.updated, now, locale, t),
  );
  return [...groups].map(([name, chats]) => ({ name, chats, folded: chats[0]?.archived === true }));
}

function rank({ id, archived, pinned }: Chat): number {
  return isTemporary(id) ? 0 : archived ? 3 : pinned ? 1 : 2;
}
