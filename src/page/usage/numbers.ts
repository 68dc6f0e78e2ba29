/** Numbers, money and times as the reader's language writes them. Pure. */
import type { Locale } from '../i18n/locale.ts';

/** Formats for one language. */
export interface Numbers {
  count(value: number): string;
  /** US dollars: as many digits as a small amount needs. */
  money(dollars: number): string;
  /** An amount of a budget, without its unit for tokens. */
  amount(value: number, unit: 'usd' | 'tokens'): string;
  /** A length of time in seconds. */
  seconds(milliseconds: number): string;
  /** A bucket: an hour of the reader's day, or a day in UTC. */
  bucket(at: number, width: '1h' | '1d'): string;
  /** A moment, in the reader's time. */
  moment(at: number): string;
}

const CENT = 0.01;
/** From here on, parts of a cent are left out. */
const LARGE = 10;
/** The ledger counts in nano-dollars. */
const MOST_DIGITS = 9;

/** The formats of a language. Times are seconds since 1970. */
export function numbers(locale: Locale): Numbers {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const dollars = (digits: number) =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    });
  const [cents, small, smallest] = [dollars(2), dollars(4), dollars(MOST_DIGITS)];
  const seconds = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: locale === 'en' ? 'narrow' : 'short',
    maximumFractionDigits: 2,
  });
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const hour = new Intl.DateTimeFormat(locale, {
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const money = (value: number) => {
    const size = Math.abs(value);
    return (size === 0 || size >= LARGE ? cents : size >= CENT ? small : smallest).format(value);
  };
  return {
    count: (value) => whole.format(value),
    money,
    amount: (value, unit) => (unit === 'usd' ? money(value) : whole.format(value)),
    seconds: (milliseconds) => seconds.format(milliseconds / 1000),
    bucket: (at, width) => (width === '1h' ? hour : day).format(at * 1000),
    moment: (at) => moment.format(at * 1000),
  };
}
