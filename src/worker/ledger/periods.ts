/** The periods of budgets: which one a moment lies in, and when it ends, in the operator's time zone. */
import type { BudgetPeriod } from './limits.ts';

const DAY_MS = 86_400_000;

/** One period. */
export interface Period {
  /** Names it among all periods of its kind. */
  readonly index: string;
  /** When it began, milliseconds since 1970. */
  readonly start: number;
  /** When the next one begins, milliseconds since 1970; null for `total`. */
  readonly end: number | null;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A date of the calendar. Months count from 1. */
interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The period in which a moment lies. */
export function periodOf(period: BudgetPeriod, at: number, timeZone: string): Period {
  if (period === 'total') return { index: 'total', start: 0, end: null };
  const { year, month, day } = dateOf(at, timeZone);
  const days = Date.UTC(year, month - 1, day) / DAY_MS;
  if (period === 'day')
    return { index: `d${days}`, start: startOfDay(days, timeZone), end: startOfDay(days + 1, timeZone) };
  if (period === 'month') {
    const next = Date.UTC(year, month, 1) / DAY_MS;
    const first = Date.UTC(year, month - 1, 1) / DAY_MS;
    return {
      index: `m${year}-${month}`,
      start: startOfDay(first, timeZone),
      end: startOfDay(next, timeZone),
    };
  }
  // 1970-01-01 was a Thursday; weeks begin on Monday (ISO 8601).
  const week = Math.floor((days + 3) / 7);
  const monday = week * 7 - 3;
  return { index: `w${week}`, start: startOfDay(monday, timeZone), end: startOfDay(monday + 7, timeZone) };
}

function dateOf(at: number, timeZone: string): CalendarDate {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return { year: parts.get('year') ?? 0, month: parts.get('month') ?? 0, day: parts.get('day') ?? 0 };
}

/** The first moment of a day, in a zone whose clocks may change: found between the extremes of all zones. */
function startOfDay(days: number, timeZone: string): number {
  if (timeZone === 'UTC') return days * DAY_MS;
  let low = days * DAY_MS - 15 * 3_600_000;
  let high = days * DAY_MS + 15 * 3_600_000;
  const isReached = (at: number) => {
    const { year, month, day } = dateOf(at, timeZone);
    return Date.UTC(year, month - 1, day) / DAY_MS >= days;
  };
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return high;
}
