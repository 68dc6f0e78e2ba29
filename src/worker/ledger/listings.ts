/** Which keys there are, and whose: listings by service account, over SQL, without a clock. */
import type { KeyLimits } from './limits.ts';
import type { SqlStorageLike } from './sql-schema.ts';

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

/** Listings of one account, revoked ones included: all its keys can be ended by one request (`MOST_ASKED`). */
export const MOST_KEYS = 40;

/** Whether a key was listed; if not, its account has no room for it, or was deleted. */
export type Added = 'added' | 'full' | 'deleted';

const IS_KEY = "json_extract(v, '$.hasKey')";
const REVOKED_AT = "json_extract(v, '$.revokedAt')";
const OF_ACCOUNT = "json_extract(v, '$.account.id') = ?";
const LISTED = {
  any: IS_KEY,
  active: `${IS_KEY} AND ${REVOKED_AT} IS NULL`,
  inactive: `${IS_KEY} AND ${REVOKED_AT} IS NOT NULL`,
  accounts: "json_extract(v, '$.account.id') = id AND json_extract(v, '$.deletedAt') IS NULL",
} as const;

/** The listings in the books' database: that part of `BookService`, where each method is described. */
export class Listings {
  readonly #storage: SqlStorageLike;

  /** @param storage with the tables of the books. */
  constructor(storage: SqlStorageLike) {
    this.#storage = storage;
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

  #listings(query: string, ...values: (string | number)[]): KeyListing[] {
    // Nothing else writes this column.
    return [...this.#storage.sql.exec(query, ...values)].map(
      (row) => JSON.parse(String(row['v'])) as KeyListing,
    );
  }
}
