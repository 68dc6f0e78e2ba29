/** The periods that usage is shown for, as times in seconds since 1970. Days are UTC, as in the ledger's sums. Pure. */

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** The periods of the list; `custom` is from one day to another. */
export const PERIODS = ['24h', '7d', '30d', '90d', 'month', 'custom'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** What is chosen: the days count for `custom` alone, as `2026-11-26`. */
export interface ChosenPeriod {
  readonly name: PeriodName;
  readonly from: string;
  readonly to: string;
}

/** A period as the server is asked for it. `end` is exclusive. */
export interface Period {
  readonly start: number;
  readonly end: number;
  readonly width: '1h' | '1d';
}

/** The most days that one answer of the server sums up. */
export const MOST_DAYS = 366;

/** The period that is meant; null where the days are no period, or are too many. */
export function periodOf({ name, from, to }: ChosenPeriod, nowS: number): Period | null {
  const end = nowS + 1;
  const today = Math.floor(nowS / DAY_S) * DAY_S;
  if (name === '24h') return { start: Math.floor(nowS / HOUR_S) * HOUR_S - 23 * HOUR_S, end, width: '1h' };
  if (name === 'custom') return customPeriod(from, to);
  if (name === 'month') {
    const now = new Date(nowS * 1000);
    return { start: Date.UTC(now.getUTCFullYear(), now.getUTCMonth()) / 1000, end, width: '1d' };
  }
  return { start: today - (Number.parseInt(name, 10) - 1) * DAY_S, end, width: '1d' };
}

function customPeriod(from: string, to: string): Period | null {
  const start = Date.parse(`${from}T00:00:00Z`) / 1000;
  const end = Date.parse(`${to}T00:00:00Z`) / 1000 + DAY_S;
  if (!(start >= 0 && end > start) || end - start > MOST_DAYS * DAY_S) return null;
  return { start, end, width: end - start <= 2 * DAY_S ? '1h' : '1d' };
}

/** The day of a time, as a date field writes it. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** The first moment of every bucket of a period. */
export function bucketsOf({ start, end, width }: Period): readonly number[] {
  const step = width === '1h' ? HOUR_S : DAY_S;
  const first = Math.floor(start / step) * step;
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, place) => first + place * step);
}
