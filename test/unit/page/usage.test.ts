/** The rules of the usage page: periods, money, the chart, the form of limits, files. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadUsageWords } from '../../../src/page/i18n/usage-words.ts';
import { barsOf, labelled, scaleOf, ticksOf } from '../../../src/page/usage/chart-shape.ts';
import { costText, doubts } from '../../../src/page/usage/cost.ts';
import { joined, lastCursor } from '../../../src/page/usage/export-rows.ts';
import { failureWords, isSessionEnd } from '../../../src/page/usage/failure-words.ts';
import { EMPTY_FORM, formOf, requestOf } from '../../../src/page/usage/limits-form.ts';
import { numbers } from '../../../src/page/usage/numbers.ts';
import { bucketsOf, dayOf, periodOf } from '../../../src/page/usage/period.ts';
import { isUsable, NO_FIGURES, readKey, readReport } from '../../../src/page/usage/report.ts';
import { RequestError } from '../../../src/page/usage/server.ts';
import { sharesOf } from '../../../src/page/usage/shares.ts';

/** 2026-11-26 21:30:15 UTC. */
const NOW_S = Date.UTC(2026, 10, 26, 21, 30, 15) / 1000;
const at = (month: number, day: number, hour = 0) => Date.UTC(2026, month - 1, day, hour) / 1000;

describe('a period', () => {
  it.each([
    ['24h', at(11, 25, 22), '1h'],
    ['7d', at(11, 20), '1d'],
    ['30d', at(10, 28), '1d'],
    ['90d', at(8, 29), '1d'],
    ['month', at(11, 1), '1d'],
  ] as const)('of %s ends now, and has whole buckets', (name, start, width) => {
    const period = periodOf({ name, from: '', to: '' }, NOW_S);
    expect(period).toEqual({ start, end: NOW_S + 1, width });
  });

  it.each([
    ['2026-11-20', '2026-11-26', { start: at(11, 20), end: at(11, 27), width: '1d' }],
    ['2026-11-26', '2026-11-26', { start: at(11, 26), end: at(11, 27), width: '1h' }],
    ['2026-11-27', '2026-11-26', null],
    ['2024-01-01', '2026-11-26', null],
    ['', '2026-11-26', null],
  ] as const)('from %s to %s is %j', (from, to, expected) => {
    expect(periodOf({ name: 'custom', from, to }, NOW_S)).toEqual(expected);
  });

  it('has a bucket for every day and hour, also for those without calls', () => {
    const week = periodOf({ name: '7d', from: '', to: '' }, NOW_S);
    expect(week && bucketsOf(week).map(dayOf)).toHaveLength(7);
    const day = periodOf({ name: '24h', from: '', to: '' }, NOW_S);
    expect(day && bucketsOf(day)).toHaveLength(24);
  });
});

describe('money', () => {
  const line = (parts: object) => ({ ...NO_FIGURES, requests: 3, ...parts });

  it('keeps the digits that a small amount needs, and the cents of a large one', () => {
    const { money } = numbers('en');
    expect([0, 0.0000021, 0.0041, 1.998, 1234.5678].map(money)).toEqual([
      '$0.00',
      '$0.0000021',
      '$0.0041',
      '$1.998',
      '$1,234.57',
    ]);
    expect(numbers('zh-CN').money(1234.5)).toBe('$1,234.50');
  });

  it('says what is not known and what is estimated, and never takes it for nothing', async () => {
    const t = await loadUsageWords('en');
    const text = (parts: object) => costText(line(parts), numbers('en'), t);
    expect(text({ cost: null, unpriced: 3 })).toBe('unknown');
    expect(text({ cost: 1.5, unpriced: 1 })).toBe('$1.50 + ?');
    expect(text({ cost: 1.5, estimated: 2 })).toBe('≈ $1.50');
    expect(text({ cost: 1.5, unpriced: 1, estimated: 2 })).toBe('≈ $1.50 + ?');
    expect(text({ cost: 0 })).toBe('$0.00');
    expect(doubts(line({ unpriced: 1, estimated: 2 }), numbers('en'), t)).toEqual([
      '1 without a price',
      '2 estimated',
    ]);
    expect(doubts(line({}), numbers('en'), t)).toEqual([]);
  });
});

describe('the chart', () => {
  const area = { width: 600, height: 180 };

  it('draws every value within its area, and nothing that is something as nothing', () => {
    const amounts = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true })), {
      minLength: 1,
      maxLength: 366,
    });
    fc.assert(
      fc.property(amounts, (values) => {
        const scale = scaleOf(values);
        expect(scale).toBeGreaterThanOrEqual(Math.max(...values) * (1 - 1e-12));
        const bars = barsOf(values, area);
        for (const [place, { x, y, width, height }] of bars.entries()) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(area.width + 1e-6);
          expect(y).toBeGreaterThanOrEqual(-1e-6);
          expect(y + height).toBeCloseTo(area.height, 6);
          expect(height > 0).toBe((values[place] ?? 0) > 0);
        }
        expect(ticksOf(values, area).at(-1)?.value).toBe(scale);
      }),
    );
  });

  it('says what part of the cost each line is, and of the tokens where no cost is known', () => {
    const line = (parts: object) => ({ ...NO_FIGURES, ...parts });
    expect(sharesOf([line({ cost: 3 }), line({ cost: 1 }), line({ cost: null })])).toEqual([0.75, 0.25, 0]);
    expect(sharesOf([line({ cost: null, input: 1, output: 1 }), line({ output: 6 })])).toEqual([0.25, 0.75]);
    expect(sharesOf([line({})])).toEqual([undefined]);
  });

  it('has so many labels at most, the first among them', () => {
    expect(labelled(30, 15)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28]);
    expect(labelled(3, 8)).toEqual([0, 1, 2]);
    expect(labelled(0, 8)).toEqual([]);
  });
});

describe('the form of limits', () => {
  it('takes away what stands empty', () => {
    expect(requestOf({ ...EMPTY_FORM, name: ' Li ' })).toEqual({
      name: 'Li',
      limits: { models: null, rpm: null, tpm: null, budget: null, holds: 'strict', expires_in_seconds: null },
    });
  });

  it('says what stands in it', () => {
    const form = {
      ...EMPTY_FORM,
      name: 'x',
      models: 'gpt-*，nexcode  o4',
      budget: '2.5',
      rpm: '60',
    } as const;
    expect(requestOf({ ...form, expiry: 'days', days: '2' })).toMatchObject({
      limits: {
        models: ['gpt-*', 'nexcode', 'o4'],
        budget: { usd: 2.5, period: 'month' },
        rpm: 60,
        expires_in_seconds: 172_800,
      },
    });
    const tokens = requestOf({ ...form, unit: 'tokens', budget: '1000', period: 'total' });
    expect(tokens).toMatchObject({ limits: { budget: { tokens: 1000, period: 'total' } } });
  });

  it('leaves a key as it is where nothing was changed', () => {
    const limits = {
      models: ['gpt-*'],
      rpm: 5,
      tpm: null,
      budget: { tokens: 500, period: 'week' },
      holds: 'typical',
    };
    const key = readKey({ id: 'key_a', name: 'Li', limits, expires_at: 7 });
    const asked = requestOf(formOf(key));
    expect(asked).toEqual({ name: 'Li', limits });
  });
});

describe('what the server says', () => {
  it('is read without trusting it', () => {
    expect(readReport('no report')).toMatchObject({ total: NO_FIGURES, times: [], keys: [], width: '1d' });
    const report = readReport({
      total: { cost_usd: null, requests: 2, unpriced_requests: 2 },
      by_key: [7, {}],
    });
    expect(report.total).toMatchObject({ cost: null, requests: 2, unpriced: 2 });
    expect(report.keys.map(({ name }) => name)).toEqual(['', '']);
  });

  it('tells keys that may be used from those that may not', () => {
    const key = (parts: object) => readKey({ id: 'key_a', ...parts });
    expect(isUsable(key({}), NOW_S)).toBe(true);
    expect(isUsable(key({ expires_at: NOW_S + 1 }), NOW_S)).toBe(true);
    expect(isUsable(key({ expires_at: NOW_S }), NOW_S)).toBe(false);
    expect(isUsable(key({ owner_project_access: 'inactive' }), NOW_S)).toBe(false);
  });

  it('is told in words of the page where it says no', async () => {
    const t = await loadUsageWords('en');
    const words = (status: number, code = '', message = '') =>
      failureWords(new RequestError(status, code, message), t);
    expect(words(0)).toBe(t('noServer'));
    expect(words(400, 'keys_disabled', 'x')).toBe(t('errKeysOff'));
    expect(words(503)).toBe(t('errBusy'));
    expect(words(403)).toBe(t('errForbidden'));
    expect(words(401)).toBe(t('sessionEnded'));
    expect(words(400, 'invalid_value', 'name is too long')).toContain('name is too long');
    expect(isSessionEnd(new RequestError(401, '', ''))).toBe(true);
    expect(isSessionEnd(new Error('x'))).toBe(false);
  });
});

describe('an exported file', () => {
  const csv = (...cursors: string[]) =>
    `time,cursor\r\n${cursors.map((cursor) => `t,${cursor}\r\n`).join('')}`;
  const json = (...cursors: string[]) =>
    JSON.stringify({ object: 'list', data: cursors.map((cursor) => ({ cursor })) });
  const lines = (...cursors: string[]) => cursors.map((cursor) => `${JSON.stringify({ cursor })}\n`).join('');

  it.each([
    ['csv', csv],
    ['json', json],
    ['ndjson', lines],
  ] as const)('of %s pages has every row once and ends where a page has none', (format, page) => {
    expect(lastCursor(format, page('a', 'b'))).toBe('b');
    expect(lastCursor(format, page())).toBe('');
    const file = joined(format, [page('a', 'b'), page('c')]);
    const whole = page('a', 'b', 'c');
    if (format === 'json') expect(JSON.parse(file)).toEqual(JSON.parse(whole));
    else expect(file).toBe(whole);
    expect(joined(format, [page('a')])).toBe(page('a'));
  });
});
