import { expect, test } from 'vitest';
import { Books, MOST_KEYS, readSums, type SumQuery } from '../../../src/worker/ledger/books.ts';
import { NO_LIMITS } from '../../../src/worker/ledger/limits.ts';
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
  const books = new Books(sqlStorage());
  const sums = { [`${DAY}|completions|1|gpt-test`]: ONE };
  expect(books.merge('key:a', 2, sums)).toBe(0);
  expect(books.merge('key:a', 1, sums)).toBe(1);
  expect(books.merge('key:a', 1, sums)).toBe(1);
  expect(books.merge('key:a', 2, sums)).toBe(2);
  expect(books.merge('key:b', 1, sums)).toBe(1);
  const lines = readSums(books.sums({ from: DAY, to: DAY + 24, byDay: false }));
  expect(lines.map(({ payer, requests }) => [payer, requests])).toEqual([
    ['key:a', 2],
    ['key:b', 1],
  ]);
});

test('days are the sums of their hours, and corrections take away', () => {
  const books = new Books(sqlStorage());
  const minus: Sum = { ...ONE, requests: -1, prompt: -10, cached: -2, completion: -5, cost: -30 };
  books.merge('key:a', 1, {
    [`${DAY + 1}|completions|9|gpt|with|bars`]: ONE,
    [`${DAY + 23}|completions|1|gpt-b`]: ONE,
    [`${DAY + 24}|embeddings|1|gpt-c`]: ONE,
  });
  books.merge('key:a', 2, {
    [`${DAY + 1}|completions|9|gpt|with|bars`]: minus,
    [`${DAY + 1}|completions|1|gpt-b`]: ONE,
  });
  const days = readSums(books.sums({ from: DAY, to: DAY + 48, byDay: true }));
  expect(days).toMatchObject([
    { hour: DAY, model: 'gpt-b', requests: 2, prompt: 20, cost: 60, failed: 0 },
    { hour: DAY + 24, model: 'gpt-c', requests: 1 },
  ]);
  const asked = (parts: Partial<SumQuery>) =>
    readSums(books.sums({ from: DAY, to: DAY + 48, byDay: true, ...parts })).length;
  expect(asked({ kinds: ['embeddings'] })).toBe(1);
  expect(asked({ payers: ['key:b'] })).toBe(0);
  expect(asked({ payers: ['key:a'], models: ['gpt-c', "it's"] })).toBe(1);
  expect(books.payers(DAY, DAY + 1)).toEqual([]);
  expect(books.payers(DAY + 1, DAY + 2)).toEqual(['key:a']);
});

test('keys are listed from the newest on, page by page', () => {
  const books = new Books(sqlStorage());
  const account = { id: 'x', name: 'x', createdAt: 1 };
  const kept = { name: 'x', redacted: '', createdAt: 1, revokedAt: null, deletedAt: null, limits: NO_LIMITS };
  const listing = { account, hasKey: true, ...kept };
  for (const id of ['a', 'b', 'c']) books.addKey({ ...listing, id, account: { ...account, id } });
  expect(books.keys(null, 1).map(({ id }) => id)).toEqual(['c']);
  expect(books.keys('c', 10).map(({ id }) => id)).toEqual(['b', 'a']);
  books.saveKeys([{ ...listing, id: 'a', name: 'new', revokedAt: 2 }]);
  expect(books.keys(null, 10)).toHaveLength(3);
  expect(books.key('a')).toMatchObject({ name: 'new', revokedAt: 2 });
});

test('an account takes no more keys than one request can end, none once it is deleted, and ends only with all of them', () => {
  const books = new Books(sqlStorage());
  const account = { id: 'own', name: 'x', createdAt: 1 };
  const kept = { name: 'x', redacted: '', createdAt: 1, revokedAt: null, deletedAt: null, limits: NO_LIMITS };
  const listing = (id: string) => ({ account, hasKey: true, ...kept, id });
  const ids = ['own', ...Array.from({ length: MOST_KEYS - 1 }, (_, place) => `k${place}`)];
  expect(new Set(ids.map((id) => books.addKey(listing(id))))).toEqual(new Set(['added']));
  expect(books.addKey(listing('one-more'))).toBe('full');
  const revoked = ids.map((id) => ({ ...listing(id), revokedAt: 5 }));
  expect(books.endAccount('own', revoked.slice(1), 6)).toBe(1);
  expect(books.key('own')?.deletedAt).toBeNull();
  expect(books.endAccount('own', revoked.slice(0, 1), 7)).toBe(0);
  expect(books.key('own')).toMatchObject({ revokedAt: 5, deletedAt: 7 });
  expect(books.keys(null, 100, 'active')).toEqual([]);
  expect(books.addKey(listing('late'))).toBe('deleted');
});

test('how answers ended is told apart: broken off, left by the client, and failed in any way', () => {
  const books = new Books(sqlStorage());
  const statuses = [STATUS.whole, STATUS.cut, STATUS.cut, STATUS.client_left, STATUS.no_answer];
  for (const status of statuses) books.add('key:a', { [`${DAY}|completions|${status}|gpt-a`]: ONE });
  const [line] = readSums(books.sums({ from: DAY, to: DAY + 1, byDay: false }));
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
  const sums = {
    [`${DAY}|completions|1|gpt-a`]: addSums(undefined, stored),
    [`${DAY}|completions|2|`]: stored,
  };
  new Books(storage).merge('key:a', 1, JSON.parse(JSON.stringify(sums)) as Sums);
  const books = new Books(storage);
  books.add('key:a', { [`${DAY}|completions|1|gpt-a`]: ONE });
  const lines = readSums(books.sums({ from: DAY, to: DAY + 24, byDay: true }));
  expect(lines).toMatchObject([
    { model: '', requests: 1, begun: 0, begunMs: 0 },
    { model: 'gpt-a', requests: 9, begun, begunMs },
  ]);
});
