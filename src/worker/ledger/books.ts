/** The books: what their object does, and the database in which it does so. */
import { HourlySums, type SumQuery } from './hourly-sums.ts';
import { type Added, type KeyListing, type Listed, Listings } from './listings.ts';
import { addCount, hasTable, migrate, type SchemaStep, type SqlStorageLike } from './sql-schema.ts';
import type { Sums } from './store.ts';
import { HOURS_OF_DAY } from './sums.ts';

/** The books' object. */
export interface BookService {
  /** Lists a new key, or an account without one: `full` where its account has as many as it may. */
  addKey(listing: KeyListing): Promise<Added>;
  /** Changes listings. */
  saveKeys(listings: readonly KeyListing[]): Promise<void>;
  /**
   * Lists the keys of an account as revoked, and then the account as deleted, unless a key of it still holds.
   * @returns how many still hold.
   */
  endAccount(account: string, revoked: readonly KeyListing[], now: number): Promise<number>;
  key(id: string): Promise<KeyListing | undefined>;
  /** Listings in the order of their making, the newest first, behind the one of the id `after`. */
  keys(after: string | null, limit: number, listed?: Listed): Promise<readonly KeyListing[]>;
  /** Takes a parcel if it is the next one of its payer. Returns the number of the last parcel that the books have. */
  merge(payer: string, parcel: number, sums: Sums): Promise<number>;
  /** Adds counts that nobody numbers. */
  add(payer: string, sums: Sums): Promise<void>;
  /**
   * The sums as texts, for `readSums`: tens of thousands of lines are put together by the database, and cost next to nothing
   * on their way.
   */
  sums(query: SumQuery): Promise<readonly string[]>;
  /** Payers that have told anything of these hours. */
  payers(from: number, to: number): Promise<readonly string[]>;
}

/** The tables' versions. */
const STEPS: readonly SchemaStep[] = [
  (sql) => {
    sql.exec(
      'CREATE TABLE IF NOT EXISTS keys (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, v TEXT NOT NULL)',
    );
    sql.exec(
      'CREATE TABLE IF NOT EXISTS told (payer TEXT PRIMARY KEY, parcel INTEGER NOT NULL) WITHOUT ROWID',
    );
    for (const table of ['hours', 'days']) {
      sql.exec(
        `CREATE TABLE IF NOT EXISTS ${table} (hour INTEGER NOT NULL, payer TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL,
          status INTEGER NOT NULL, requests INTEGER NOT NULL, prompt INTEGER NOT NULL, cached INTEGER NOT NULL,
          completion INTEGER NOT NULL, cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, estimated INTEGER NOT NULL,
          PRIMARY KEY (hour, payer, kind, model, status)) WITHOUT ROWID`,
      );
    }
  },
  // Sums stood in one table, of hours alone.
  (sql) => {
    if (!hasTable(sql, 'sums')) return;
    const figures = 'requests, prompt, cached, completion, cost, unpriced, estimated';
    const columns = `hour, payer, kind, model, status, ${figures}`;
    sql.exec(`INSERT INTO hours (${columns}) SELECT ${columns} FROM sums`);
    sql.exec(
      `INSERT INTO days (${columns}) SELECT hour - hour % ${HOURS_OF_DAY}, payer, kind, model, status,
        SUM(requests), SUM(prompt), SUM(cached), SUM(completion), SUM(cost), SUM(unpriced), SUM(estimated)
      FROM sums GROUP BY hour - hour % ${HOURS_OF_DAY}, payer, kind, model, status`,
    );
    sql.exec('DROP TABLE sums');
  },
  // What was written to a vendor's cache is counted.
  (sql) => {
    for (const table of ['hours', 'days']) addCount(sql, table, 'written');
  },
  // A key belongs to a service account, at first one of its own; its `account` was a mere name before.
  (sql) => {
    sql.exec(
      `UPDATE keys SET v = json_set(v, '$.hasKey', json('true'), '$.deletedAt', NULL, '$.account', json_object(
        'id', id, 'name', json_extract(v, '$.name'), 'createdAt', json_extract(v, '$.createdAt')))
      WHERE json_extract(v, '$.hasKey') IS NULL`,
    );
  },
  // A key may have all its streams recorded.
  (sql) => {
    sql.exec(
      `UPDATE keys SET v = json_set(v, '$.limits.resumable', json('false'))
      WHERE json_extract(v, '$.limits.resumable') IS NULL`,
    );
  },
  // How soon streams begin is counted. Of what was booked before, nothing is known of it.
  (sql) => {
    for (const table of ['hours', 'days']) {
      for (const name of ['begun', 'begunMs']) addCount(sql, table, name);
    }
  },
];

/** Opens the books over a database, which may be of an earlier build. */
export function openBooks(storage: SqlStorageLike): {
  readonly listings: Listings;
  readonly sums: HourlySums;
} {
  migrate(storage, STEPS);
  return { listings: new Listings(storage), sums: new HourlySums(storage) };
}
