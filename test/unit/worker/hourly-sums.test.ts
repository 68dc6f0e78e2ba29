import { expect, test } from 'vitest';
import { openBooks } from '../../../src/worker/ledger/books.ts';
import { readSums, type SumQuery } from '../../../src/worker/ledger/hourly-sums.ts';
import { STATUS, type Sum, type Sums } from '../../../src/worker/ledger/store.ts';
import { addSums } from '../../../src/worker/ledger/sums.ts';
import { sqlStorage } from '../../support/ledger.ts';

const ONE: Sum = {
  requests: 1,
  prompt: 10,
  cached: 2,
  written: 1,
  completion: 5,
  cost: 30,
  unpriced: 0,
  estimated: 0,
  begun: 1,
  begunMs: 250,
};
/** The first hour of a day. */
const DAY = 24 * 20_000;

test('a parcel counts once, however often it comes, and none is taken out of turn', () => {
  const sums = openBooks(sqlStorage()).sums;
  const parcel = { [`${DAY}|completions|1|gpt-test`]: ONE };
  expect(sums.merge('key:a', 2, parcel)).toBe(0);
  expect(sums.merge('key:a', 1, parcel)).toBe(1);
  expect(sums.merge('key:a', 1, parcel)).toBe(1);
  expect(sums.merge('key:a', 2, parcel)).toBe(2);
  expect(sums.merge('key:b', 1, parcel)).toBe(1);
  const lines = readSums(sums.lines({ from: DAY, to: DAY + 24, byDay: false }));
  expect(lines.map(({ payer, requests }) => [payer, requests])).toEqual([
    ['key:a', 2],
    ['key:b', 1],
  ]);
});

test('days are the sums of their hours, and corrections take away', () => {
  const sums = openBooks(sqlStorage()).sums;
  const minus: Sum = { ...ONE, requests: -1, prompt: -10, cached: -2, completion: -5, cost: -30 };
  sums.merge('key:a', 1, {
    [`${DAY + 1}|completions|9|gpt|with|bars`]: ONE,
    [`${DAY + 23}|completions|1|gpt-b`]: ONE,
    [`${DAY + 24}|embeddings|1|gpt-c`]: ONE,
  });
  sums.merge('key:a', 2, {
    [`${DAY + 1}|completions|9|gpt|with|bars`]: minus,
    [`${DAY + 1}|completions|1|gpt-b`]: ONE,
  });
  const days = readSums(sums.lines({ from: DAY, to: DAY + 48, byDay: true }));
  expect(days).toMatchObject([
    { hour: DAY, model: 'gpt-b', requests: 2, prompt: 20, cost: 60, failed: 0 },
    { hour: DAY + 24, model: 'gpt-c', requests: 1 },
  ]);
  const asked = (parts: Partial<SumQuery>) =>
    readSums(sums.lines({ from: DAY, to: DAY + 48, byDay: true, ...parts })).length;
  expect(asked({ kinds: ['embeddings'] })).toBe(1);
  expect(asked({ payers: ['key:b'] })).toBe(0);
  expect(asked({ payers: ['key:a'], models: ['gpt-c', "it's"] })).toBe(1);
  expect(sums.payers(DAY, DAY + 1)).toEqual([]);
  expect(sums.payers(DAY + 1, DAY + 2)).toEqual(['key:a']);
});

test('how answers ended is told apart: broken off, left by the client, and failed in any way', () => {
  const sums = openBooks(sqlStorage()).sums;
  const statuses = [STATUS.whole, STATUS.cut, STATUS.cut, STATUS.client_left, STATUS.no_answer];
  for (const status of statuses) sums.add('key:a', { [`${DAY}|completions|${status}|gpt-a`]: ONE });
  const [line] = readSums(sums.lines({ from: DAY, to: DAY + 1, byDay: false }));
  expect(line).toMatchObject({ requests: 5, failed: 4, cut: 2, left: 1, begun: 5, begunMs: 1250 });
});

test('books of an earlier version, and parcels that it has stored, count as they did', () => {
  const storage = sqlStorage();
  const before = ['requests', 'prompt', 'cached', 'written', 'completion', 'cost', 'unpriced', 'estimated'];
  for (const table of ['hours', 'days']) {
    storage.sql.exec(
      `CREATE TABLE ${table} (hour INTEGER NOT NULL, payer TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL,
        status INTEGER NOT NULL, ${before.map((name) => `${name} INTEGER NOT NULL`).join(', ')},
        PRIMARY KEY (hour, payer, kind, model, status)) WITHOUT ROWID`,
    );
    storage.sql.exec(
      `INSERT INTO ${table} VALUES (${DAY}, 'key:a', 'completions', 'gpt-a', 1${', 7'.repeat(before.length)})`,
    );
  }
  const { begun, begunMs, ...stored } = ONE;
  const parcel = {
    [`${DAY}|completions|1|gpt-a`]: addSums(undefined, stored),
    [`${DAY}|completions|2|`]: stored,
  };
  openBooks(storage).sums.merge('key:a', 1, JSON.parse(JSON.stringify(parcel)) as Sums);
  const sums = openBooks(storage).sums;
  sums.add('key:a', { [`${DAY}|completions|1|gpt-a`]: ONE });
  const lines = readSums(sums.lines({ from: DAY, to: DAY + 24, byDay: true }));
  expect(lines).toMatchObject([
    { model: '', requests: 1, begun: 0, begunMs: 0 },
    { model: 'gpt-a', requests: 9, begun, begunMs },
  ]);
});
