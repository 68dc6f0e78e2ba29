/** How long the headers of an answer ask to wait. Pure. */

/** The headers of an answer, as far as they are read here. */
export type WaitHeaders = Pick<Headers, 'get' | 'forEach'>;

/**
 * How long to wait, in milliseconds: `retry-after-ms` (Azure), `retry-after`, else for 429 the longest of the
 * `x-ratelimit-reset-*` whose allowance is used up. Null where nothing of it can be read.
 * @param now milliseconds since the epoch
 * @see https://platform.openai.com/docs/guides/rate-limits
 */
export function waitMs(status: number, headers: WaitHeaders, now: number): number | null {
  const exact = plainNumber(headers.get('retry-after-ms'));
  if (exact !== null) return Math.max(0, exact);
  const after = retryAfterMs(headers.get('retry-after'), now);
  if (after !== null || status !== 429) return after;
  const waits: number[] = [];
  headers.forEach((value, name) => {
    const found = /^x-ratelimit-reset(-.+)?$/.exec(name.toLowerCase());
    if (!found) return;
    const left = plainNumber(headers.get(`x-ratelimit-remaining${found[1] ?? ''}`));
    const wait = left === null || left <= 0 ? resetMs(value, now) : null;
    if (wait !== null) waits.push(wait);
  });
  return waits.length > 0 ? Math.round(Math.max(...waits)) : null;
}

/** `retry-after` in seconds or as an HTTP date (RFC 9110, 10.2.3), as milliseconds from `now`. */
export function retryAfterMs(value: string | null, now: number): number | null {
  const seconds = plainNumber(value);
  if (seconds !== null) return Math.max(0, seconds * 1000);
  return value !== null && HTTP_DATE.test(value.trim()) ? untilMs(value, now) : null;
}

/** `Date.parse` takes far more for a date than the three forms of RFC 9110, 5.6.7, which all begin with the day's name. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;
/** https://www.rfc-editor.org/rfc/rfc3339 */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/i;

/** Numbers above these are no length of time but a moment: seconds, or milliseconds, since the epoch. */
const EPOCH_S = 1e9;
const EPOCH_MS = 1e12;

/** When an allowance is full again: a length as Go writes it (`6m0s`, `12ms`), seconds, or a moment. */
function resetMs(value: string, now: number): number | null {
  const text = value.trim();
  const number = plainNumber(text);
  if (number === null) return TIMESTAMP.test(text) ? untilMs(text, now) : durationMs(text);
  if (number >= EPOCH_MS) return Math.max(0, number - now);
  if (number >= EPOCH_S) return Math.max(0, number * 1000 - now);
  return Math.max(0, number * 1000);
}

function untilMs(date: string, now: number): number | null {
  const wait = Date.parse(date) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

function plainNumber(value: string | null): number | null {
  const text = value?.trim() ?? '';
  return /^-?\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : null;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** https://pkg.go.dev/time#ParseDuration, and days. */
function durationMs(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|[uµμ]s|ms|[smhd]))+$/.test(text)) return null;
  let sum = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)([a-zµμ]+)/g)) {
    sum += Number(count) * (UNITS_MS[unit] ?? 0);
  }
  return sum;
}
