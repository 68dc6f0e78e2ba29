/** The periods of budgets: which one a moment lies in, and when it ends, in the operator's time zone. */
import type { Budget, BudgetPeriod } from './limits.ts';

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
  const date = dateOf(at, timeZone);
  const days = daysOf(date);
  const between = (index: string, first: number, next: number): Period => ({
    index,
    start: startOfDay(first, timeZone),
    end: startOfDay(next, timeZone),
  });
  if (period === 'day') return between(`d${days}`, days, days + 1);
  if (period === 'month') {
    const { year, month } = date;
    return between(
      `m${year}-${month}`,
      daysOf({ year, month, day: 1 }),
      daysOf({ year, month: month + 1, day: 1 }),
    );
  }
  // 1970-01-01 was a Thursday; weeks begin on Monday (ISO 8601).
  const week = Math.floor((days + 3) / 7);
  const monday = week * 7 - 3;
  return between(`w${week}`, monday, monday + 7);
}

/** The periods of a key's budget, in one time zone. The last one is kept: calendars cost more than all else in a decision. */
export class BudgetPeriods {
  readonly #timeZone: string;
  #last: (Period & Pick<Budget, 'unit' | 'period'>) | undefined;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** The period of a moment, under a name that tells the unit too. */
  of({ unit, period }: Budget, at: number): Period {
    const known = this.#last;
    const isSame = known?.unit === unit && known.period === period;
    if (isSame && at >= known.start && (known.end === null || at < known.end)) return known;
    const found = periodOf(period, at, this.#timeZone);
    this.#last = { ...found, index: `${unit} ${found.index}`, unit, period };
    return this.#last;
  }
}

/** Days since 1970. A month beyond the twelfth is one of the next year. */
function daysOf({ year, month, day }: CalendarDate): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
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
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (daysOf(dateOf(middle, timeZone)) >= days) high = middle;
    else low = middle;
  }
  return high;
}
