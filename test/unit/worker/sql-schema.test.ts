/** Databases of earlier builds, opened by this one. */
import { expect, test } from 'vitest';
import { openBooks } from '../../../src/worker/ledger/books.ts';
import { readSums } from '../../../src/worker/ledger/hourly-sums.ts';
import { migrate, type SqlStorageLike } from '../../../src/worker/ledger/sql-schema.ts';
import { SqlKeyStore } from '../../../src/worker/ledger/sql-store.ts';
import { FRESH_STATE } from '../../../src/worker/ledger/store.ts';
import { StreamStore } from '../../../src/worker/resume/stream-store.ts';
import { sqlStorage } from '../../support/ledger.ts';
import { OLD_BOOKS_TABLES, OLD_KEY_TABLES, oldSums } from '../../support/old-tables.ts';

/** The first hour of a day. */
const DAY = 24 * 20_000;
const OLD_SUM = { requests: 1, prompt: 10, cached: 2, completion: 5, cost: 30, unpriced: 0, estimated: 0 };
const OLD_ROW = [
  "INSERT INTO calls VALUES ('0001a', 1, 'gpt', 'default/gpt', 'chat/completions', 0, 0, 0, 1,",
  " 10, 2, 5, 0, 'reported', 30, 30, 2, NULL, 200, 1, 1)",
].join('');
const LINE = "480000, 'key:a', 'completions', 'gpt', 1, 1, 10, 2, 5, 30, 0, 0";

function versionOf({ sql }: SqlStorageLike): unknown {
  return [...sql.exec('SELECT version FROM schema_version')];
}

test('a key’s rows of an earlier build are read, and count nothing written', () => {
  const storage = sqlStorage();
  for (const table of OLD_KEY_TABLES) storage.sql.exec(table);
  storage.sql.exec(OLD_ROW);
  storage.sql.exec(`INSERT INTO facts VALUES ('profile', '{"limits":{"rpm":5}}')`);
  const store = new SqlKeyStore(storage);
  expect(store.profile()).toEqual({ limits: { rpm: 5, resumable: false } });
  const [row] = store.rows('', 'z', 10);
  expect(row).toMatchObject({ id: '0001a', prompt: 10, written: 0, completion: 5 });
  if (row === undefined) throw new Error('The row is gone.');
  store.write([{ ...row, id: '0002b', written: 3 }], FRESH_STATE);
  expect(new SqlKeyStore(storage).row('0002b')).toEqual({ ...row, id: '0002b', written: 3 });
});

test('the books of earlier builds keep their sums, and their keys become accounts of their own', () => {
  const storage = sqlStorage();
  for (const table of OLD_BOOKS_TABLES) storage.sql.exec(table);
  for (const table of ['hours', 'days']) storage.sql.exec(`INSERT INTO ${table} VALUES (${LINE})`);
  const listing = {
    id: 'abc',
    account: 'abc',
    name: 'Li',
    redacted: 'sk-…',
    createdAt: 7,
    revokedAt: null,
    limits: {},
  };
  storage.sql.exec("INSERT INTO keys (id, v) VALUES ('abc', ?)", JSON.stringify(listing));
  const { listings, sums } = openBooks(storage);
  expect(readSums(sums.lines({ from: DAY, to: DAY + 24, byDay: true }))).toMatchObject([
    { requests: 1, prompt: 10, written: 0, cost: 30 },
  ]);
  const account = { id: 'abc', name: 'Li', createdAt: 7 };
  expect(listings.keys(null, 10)).toMatchObject([
    { ...listing, account, hasKey: true, deletedAt: null, limits: { resumable: false } },
  ]);
  expect(listings.keys(null, 10, 'accounts')).toHaveLength(1);
  sums.add('key:a', { [`${DAY}|completions|1|gpt`]: { ...OLD_SUM, written: 4, begun: 1, begunMs: 300 } });
  expect(readSums(openBooks(storage).sums.lines({ from: DAY, to: DAY + 24, byDay: false }))).toMatchObject([
    { requests: 2, written: 4, begun: 1, begunMs: 300 },
  ]);
});

test('sums that stood in one table are found in hours and days', () => {
  const storage = sqlStorage();
  storage.sql.exec(oldSums('sums'));
  storage.sql.exec(`INSERT INTO sums VALUES (${LINE}), (${LINE.replace('480000', '480003')})`);
  const { sums } = openBooks(storage);
  const requests = (byDay: boolean) =>
    readSums(sums.lines({ from: DAY, to: DAY + 24, byDay })).map((line) => [line.hour, line.requests]);
  expect(requests(false)).toEqual([
    [DAY, 1],
    [DAY + 3, 1],
  ]);
  expect(requests(true)).toEqual([[DAY, 2]]);
});

test('streams of an earlier build are there', () => {
  const storage = sqlStorage();
  storage.sql.exec(
    'CREATE TABLE streams (id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, status TEXT NOT NULL, begun INTEGER NOT NULL, ended INTEGER, headers TEXT NOT NULL, usage TEXT NOT NULL, words TEXT NOT NULL, too_long INTEGER NOT NULL) WITHOUT ROWID',
  );
  storage.sql.exec(
    "INSERT INTO streams VALUES ('st_1', '/v1/responses', 'completed', 1, 2, '{}', 'null', '', 0)",
  );
  expect(new StreamStore(storage).stream('st_1')).toMatchObject({ status: 'completed', ended: 2 });
  expect(versionOf(storage)).toEqual([{ version: 1 }]);
});

test.each([
  ['a key’s', (storage: SqlStorageLike) => new SqlKeyStore(storage).saveProfile({} as never)],
  ['the books’', (storage: SqlStorageLike) => openBooks(storage)],
  ['the streams’', (storage: SqlStorageLike) => new StreamStore(storage).write([])],
])(
  '%s database is opened twice without a change, and not at all where a newer build wrote it',
  (_name, open) => {
    const storage = sqlStorage();
    open(storage);
    const tables = () => [...storage.sql.exec('SELECT sql FROM sqlite_master')];
    const before = tables();
    open(storage);
    expect(tables()).toEqual(before);
    storage.sql.exec('UPDATE schema_version SET version = version + 1');
    expect(() => open(storage)).toThrow(/a newer one wrote them/);
  },
);

test('a step that fails leaves the database as it was, and is taken again', () => {
  const storage = sqlStorage();
  const one = (sql: SqlStorageLike['sql']) => {
    sql.exec('CREATE TABLE one (a INTEGER)');
  };
  let isBroken = true;
  const two = (sql: SqlStorageLike['sql']) => {
    sql.exec('ALTER TABLE one ADD COLUMN b INTEGER');
    if (isBroken) throw new Error('cut');
  };
  migrate(storage, [one]);
  expect(() => migrate(storage, [one, two])).toThrow('cut');
  expect(versionOf(storage)).toEqual([{ version: 1 }]);
  isBroken = false;
  migrate(storage, [one, two]);
  expect(versionOf(storage)).toEqual([{ version: 2 }]);
  expect([...storage.sql.exec("SELECT name FROM pragma_table_info('one')")]).toHaveLength(2);
});
