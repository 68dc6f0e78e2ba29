/** The books: which keys there are, and the hourly sums that their objects tell. Over SQL, without a clock. */
import type { KeyLimits } from './limits.ts';
import { addCount, hasTable, migrate, type SchemaStep, type SqlStorageLike } from './sql-schema.ts';
import { ANSWERED, STATUS, SUM_FIELDS, type Sum, type Sums } from './store.ts';
import { type Bucket, NO_SUM, readBucket } from './sums.ts';

/** A service account: whom keys were issued to. It has the id of the listing that was made for it. */
export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A key in the list of keys, or a service account that was made without one. */
export interface KeyListing {
  readonly id: string;
  readonly account: ServiceAccount;
  readonly hasKey: boolean;
  /** When the service account of this id was deleted; null while there is one, and for further keys of another. */
  readonly deletedAt: number | null;
  readonly name: string;
  /** What of the value is shown. */
  readonly redacted: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly revokedAt: number | null;
  readonly limits: KeyLimits;
}

/** What is listed: keys, those that hold or those that do not; service accounts; or everything of one of these. */
export type Listed = 'any' | 'active' | 'inactive' | 'accounts' | { readonly account: string };

/** One line of sums: of an hour, or a day by its first hour, since 1970. */
export interface SumLine extends Sum, Pick<Bucket, 'hour' | 'model'> {
  /** What the payer's object is called: `key:ID`, `payer:token:N` and the like. */
  readonly payer: string;
  /** Those of the requests that were not answered whole. */
  readonly failed: number;
  /** Those of the failed ones whose answer broke off, and whose client left. */
  readonly cut: number;
  readonly left: number;
}

/** What sums are asked for: hours `from` up to `to`, of these payers, kinds and models (all where absent). */
export interface SumQuery {
  readonly from: number;
  readonly to: number;
  readonly payers?: readonly string[];
  readonly kinds?: readonly string[];
  readonly models?: readonly string[];
  /** Whole days, each with its first hour: `from` and `to` are such hours. */
  readonly byDay: boolean;
}

/** Listings of one account, revoked ones included: all its keys can be ended by one request (`MOST_ASKED`). */
export const MOST_KEYS = 40;

/** Whether a key was listed; if not, its account has no room for it, or was deleted. */
export type Added = 'added' | 'full' | 'deleted';

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

const HOURS_OF_DAY = 24;

const IS_KEY = "json_extract(v, '$.hasKey')";
const REVOKED_AT = "json_extract(v, '$.revokedAt')";
const OF_ACCOUNT = "json_extract(v, '$.account.id') = ?";
const LISTED = {
  any: IS_KEY,
  active: `${IS_KEY} AND ${REVOKED_AT} IS NULL`,
  inactive: `${IS_KEY} AND ${REVOKED_AT} IS NOT NULL`,
  accounts: "json_extract(v, '$.account.id') = id AND json_extract(v, '$.deletedAt') IS NULL",
} as const;

const countOf = (condition: string) => `SUM(CASE WHEN ${condition} THEN requests ELSE 0 END)`;
/** How many requests ended in another way than whole. */
const ENDS = {
  failed: countOf(`status NOT IN (${ANSWERED.join(', ')})`),
  cut: countOf(`status = ${STATUS.cut}`),
  left: countOf(`status = ${STATUS.client_left}`),
} as const;
const ENDS_NAMED = Object.entries(ENDS)
  .map(([name, count]) => `${count} AS ${name}`)
  .join(', ');
const LINE = [...Object.keys(ENDS), ...SUM_FIELDS];

/** Adds a line's figures to those that there are. */
const ADD_TO_HOURS = addInto('hours');
const ADD_TO_DAYS = addInto('days');

function addInto(table: 'hours' | 'days'): string {
  return `INSERT INTO ${table} (hour, payer, kind, model, status, ${SUM_FIELDS.join(', ')}) VALUES (?, ?, ?, ?, ?${', ?'.repeat(SUM_FIELDS.length)})
    ON CONFLICT (hour, payer, kind, model, status) DO UPDATE SET ${SUM_FIELDS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;
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

/** The books over a database. */
export class Books {
  readonly #storage: SqlStorageLike;

  constructor(storage: SqlStorageLike) {
    this.#storage = storage;
    migrate(storage, STEPS);
  }

  addKey(listing: KeyListing): Added {
    const { id: account } = listing.account;
    if (account !== listing.id) {
      if (this.key(account)?.deletedAt !== null) return 'deleted';
      if (this.keys(null, MOST_KEYS, { account }).length >= MOST_KEYS) return 'full';
    }
    this.#storage.sql.exec('INSERT INTO keys (id, v) VALUES (?, ?)', listing.id, JSON.stringify(listing));
    return 'added';
  }

  saveKeys(listings: readonly KeyListing[]): void {
    this.#storage.transactionSync(() => {
      for (const listing of listings) this.#save(listing);
    });
  }

  endAccount(account: string, revoked: readonly KeyListing[], now: number): number {
    return this.#storage.transactionSync(() => {
      for (const listing of revoked) this.#save(listing);
      const holding = this.#listings(`SELECT v FROM keys WHERE ${OF_ACCOUNT} AND ${LISTED.active}`, account);
      const own = this.key(account);
      if (holding.length === 0 && own !== undefined) this.#save({ ...own, deletedAt: own.deletedAt ?? now });
      return holding.length;
    });
  }

  #save(listing: KeyListing): void {
    this.#storage.sql.exec('UPDATE keys SET v = ? WHERE id = ?', JSON.stringify(listing), listing.id);
  }

  key(id: string): KeyListing | undefined {
    const [found] = this.#listings('SELECT v FROM keys WHERE id = ?', id);
    return found;
  }

  keys(after: string | null, limit: number, listed: Listed = 'any'): readonly KeyListing[] {
    const [condition, values] =
      typeof listed === 'string' ? [LISTED[listed], []] : [OF_ACCOUNT, [listed.account]];
    const [behind, place] =
      after === null ? ['', []] : [' AND n < (SELECT n FROM keys WHERE id = ?)', [after]];
    return this.#listings(
      `SELECT v FROM keys WHERE ${condition}${behind} ORDER BY n DESC LIMIT ?`,
      ...values,
      ...place,
      limit,
    );
  }

  merge(payer: string, parcel: number, sums: Sums): number {
    const [known] = [...this.#storage.sql.exec('SELECT parcel FROM told WHERE payer = ?', payer)];
    const last = Number(known?.['parcel'] ?? 0);
    // A parcel that came already changes nothing, and one that would leave a gap is not taken.
    if (parcel !== last + 1) return last;
    this.#storage.transactionSync(() => {
      this.#add(payer, sums);
      this.#storage.sql.exec('INSERT OR REPLACE INTO told (payer, parcel) VALUES (?, ?)', payer, parcel);
    });
    return parcel;
  }

  add(payer: string, sums: Sums): void {
    this.#storage.transactionSync(() => this.#add(payer, sums));
  }

  #add(payer: string, sums: Sums): void {
    for (const [bucket, sum] of Object.entries(sums)) {
      const { hour, kind, model, status } = readBucket(bucket);
      const values = [payer, kind, model, status, ...SUM_FIELDS.map((name) => ({ ...NO_SUM, ...sum })[name])];
      this.#storage.sql.exec(ADD_TO_HOURS, hour, ...values);
      this.#storage.sql.exec(ADD_TO_DAYS, hour - (hour % HOURS_OF_DAY), ...values);
    }
  }

  sums({ from, to, payers, kinds, models, byDay }: SumQuery): readonly string[] {
    const conditions = ['hour >= ?', 'hour < ?', 'requests <> 0'];
    const values: (string | number)[] = [from, to];
    for (const [column, allowed] of Object.entries({ payer: payers, kind: kinds, model: models })) {
      if (allowed === undefined) continue;
      conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
      values.push(JSON.stringify(allowed));
    }
    const rows = this.#storage.sql.exec(
      `SELECT json_group_array(json_array(hour, payer, model, ${LINE.join(', ')})) AS lines FROM (
        SELECT hour, payer, model, ${ENDS_NAMED}, ${SUM_FIELDS.map((name) => `SUM(${name}) AS ${name}`).join(', ')}
        FROM ${byDay ? 'days' : 'hours'} WHERE ${conditions.join(' AND ')} GROUP BY hour, payer, model
      ) GROUP BY hour ORDER BY hour`,
      ...values,
    );
    return [...rows].map((row) => String(row['lines']));
  }

  payers(from: number, to: number): readonly string[] {
    const rows = this.#storage.sql.exec(
      'SELECT DISTINCT payer FROM hours WHERE hour >= ? AND hour < ?',
      from,
      to,
    );
    return [...rows].map((row) => String(row['payer']));
  }

  #listings(query: string, ...values: (string | number)[]): KeyListing[] {
    // Nothing else writes this column.
    return [...this.#storage.sql.exec(query, ...values)].map(
      (row) => JSON.parse(String(row['v'])) as KeyListing,
    );
  }
}

/** The lines in the texts that `sums` answers. */
export function readSums(texts: readonly string[]): readonly SumLine[] {
  return texts.flatMap((text) => {
    // Written by the query above alone.
    const lines = JSON.parse(text) as [number, string, string, ...number[]][];
    return lines.map(([hour, payer, model, ...figures]) => {
      const named = Object.fromEntries(LINE.map((name, place) => [name, figures[place] ?? 0]));
      return { hour, payer, model, ...NO_SUM, failed: 0, cut: 0, left: 0, ...named };
    });
  });
}
