import { expect, test } from 'vitest';
import { NO_SUM } from '../../../src/worker/ledger/sums.ts';
import type { TimedLine } from '../../../src/worker/ledger/usage-page.ts';
import { readUsageQuery, type UsageQuery } from '../../../src/worker/ledger/usage-query.ts';
import { usageSummary } from '../../../src/worker/ledger/usage-summary.ts';

const DAY_S = 86_400;
/** The beginning of a day. */
const START = 20_000 * DAY_S;
const BOOKED = { keys: true, others: false };

function queryOf(text: string): UsageQuery {
  const query = readUsageQuery(new URLSearchParams(text), 'summary', START + 3 * DAY_S);
  if ('problem' in query) throw new Error(query.problem);
  return query;
}

function line(parts: Partial<TimedLine>): TimedLine {
  return {
    ...NO_SUM,
    requests: 1,
    failed: 0,
    cut: 0,
    left: 0,
    payer: 'key:aaaaaaaaaa',
    model: 'gpt-a',
    at: START,
    ...parts,
  };
}

test('a period is told whole: its sum, its days, its models and its keys, the dearest first', () => {
  const lines = [
    line({ cost: 1_000_000_000, prompt: 10, begun: 1, begunMs: 300 }),
    line({ cost: 2_000_000_000, completion: 5, model: 'gpt-b', at: START + DAY_S, begun: 1, begunMs: 101 }),
    line({ cost: 500_000_000, payer: 'payer:token:3', failed: 1, cut: 1, at: START + DAY_S }),
    line({ payer: 'payer:token:1', model: '', failed: 2, requests: 3, left: 1, at: START + DAY_S }),
    line({ at: START + 2 * DAY_S }),
  ];
  const summary = usageSummary(lines, queryOf(`start_time=${START}&end_time=${START + 2 * DAY_S}`), BOOKED);
  expect(summary).toMatchObject({
    start_time: START,
    end_time: START + 2 * DAY_S,
    booked: BOOKED,
    total: { requests: 6, errors: 1, cut: 1, client_left: 1, cost_usd: 3.5, first_token_ms: 201 },
  });
  expect(summary.by_time.map(({ start_time, requests }) => [start_time, requests])).toEqual([
    [START, 1],
    [START + DAY_S, 5],
  ]);
  expect(summary.by_model.map(({ model, cost_usd }) => [model, cost_usd])).toEqual([
    ['gpt-b', 2],
    ['gpt-a', 1.5],
    ['', 0],
  ]);
  expect(summary.by_key.map(({ api_key_id, requests }) => [api_key_id, requests])).toEqual([
    ['key_aaaaaaaaaa', 2],
    ['token', 4],
  ]);
});

test('a cost of which nothing is known is null, and a part that is not known is counted', () => {
  const query = queryOf(`start_time=${START}`);
  const unknown = line({ unpriced: 1 });
  expect(usageSummary([unknown], query, BOOKED).total).toMatchObject({
    cost_usd: null,
    unpriced_requests: 1,
  });
  const known = line({ cost: 1000 });
  expect(usageSummary([unknown, known], query, BOOKED).total).toMatchObject({
    cost_usd: 0.000001,
    unpriced_requests: 1,
  });
  expect(usageSummary([], query, BOOKED).total).toMatchObject({ cost_usd: 0, first_token_ms: null });
});

test('the period comes in whole buckets, and one that has too many is refused', () => {
  expect(queryOf(`start_time=${START + 5}&end_time=${START + DAY_S + 5}`)).toMatchObject({
    start: START,
    end: START + 2 * DAY_S,
  });
  const asked = (text: string) => readUsageQuery(new URLSearchParams(text), 'summary', START);
  expect(asked(`start_time=0&end_time=${366 * DAY_S}`)).toMatchObject({ start: 0, end: 366 * DAY_S });
  expect(asked(`start_time=0&end_time=${366 * DAY_S + 1}`)).toMatchObject({ param: 'start_time' });
  expect(asked(`start_time=0&end_time=${32 * DAY_S}&bucket_width=1h`)).toMatchObject({ param: 'start_time' });
  expect(asked('start_time=0&end_time=60&bucket_width=1m')).toMatchObject({ param: 'bucket_width' });
});
