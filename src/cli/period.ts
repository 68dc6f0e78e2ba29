/** Periods of time as a person says them: dates, months, times, or so long ago. In UTC, as the ledger keeps its days. Pure. */
import { CommandError } from './exit.ts';
import type { Words } from './words.ts';

/** Seconds since 1970; the end is exclusive. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** The width of a bucket of the ledger's days, seconds. */
const DAY_S = 86_400;

const AGO_S: Readonly<Record<string, number>> = { h: 3600, d: DAY_S, w: 7 * DAY_S };

/** What is shown where nothing is said. */
const USUAL = '7d';

/**
 * The period between two texts: `2026-11-01`, `2026-11`, `2026-11-01T08:00Z`, or `30d`, `12h`, `4w` ago. A day or a month
 * that ends a period belongs to it; without an end it lasts until now. So many days ago count today as one of them.
 * @param nowMs milliseconds since 1970.
 * @throws {CommandError} for a text that is no time, or a period without length.
 */
export function periodOf(
  since: string | undefined,
  until: string | undefined,
  nowMs: number,
  words: Words,
): Period {
  const now = Math.floor(nowMs / 1000);
  const start = timeOf(since ?? USUAL, now, 'start');
  const end = until === undefined ? now + 1 : timeOf(until, now, 'end');
  if (start === undefined) throw new CommandError(words.badTime('--since'));
  if (end === undefined) throw new CommandError(words.badTime('--until'));
  if (end <= start) throw new CommandError(words.emptyPeriod);
  return { start, end };
}

/** The whole days that a period touches. */
export function wholeDays({ start, end }: Period): Period {
  return { start: Math.floor(start / DAY_S) * DAY_S, end: Math.ceil(end / DAY_S) * DAY_S };
}

/** A day for people and spreadsheets: `2026-11-01`. */
export function shownDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function timeOf(text: string, now: number, edge: 'start' | 'end'): number | undefined {
  const said = text.trim();
  const [, amount, unit = ''] = /^(\d{1,5})([hdw])$/.exec(said) ?? [];
  if (amount !== undefined) {
    const ago = now - Number(amount) * (AGO_S[unit] ?? 0);
    return unit === 'h' || edge === 'end' ? ago : (Math.floor(ago / DAY_S) + 1) * DAY_S;
  }
  const [, year, month, day] = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(said) ?? [];
  if (year !== undefined) {
    const first = [Number(year), Number(month) - 1, Number(day ?? 1)] as const;
    const begins = new Date(Date.UTC(...first));
    // The 30th of February would be some other day.
    if (begins.getUTCMonth() !== first[1] || begins.getUTCDate() !== first[2]) return undefined;
    if (edge === 'start') return begins.getTime() / 1000;
    const next =
      day === undefined ? Date.UTC(first[0], first[1] + 1, 1) : Date.UTC(first[0], first[1], first[2] + 1);
    return next / 1000;
  }
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i.test(said);
  const ms = isTime ? Date.parse(said) : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}
