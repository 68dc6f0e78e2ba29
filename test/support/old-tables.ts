/** The tables as builds wrote them that kept no version, and did not count what is written to a vendor's cache. */

/** Of a key's object. */
export const OLD_KEY_TABLES = [
  `CREATE TABLE calls (id TEXT PRIMARY KEY, at INTEGER NOT NULL, model TEXT NOT NULL, target TEXT NOT NULL,
    endpoint TEXT NOT NULL, hold INTEGER NOT NULL, bound INTEGER NOT NULL, until INTEGER NOT NULL, status INTEGER NOT NULL,
    prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL, estimated INTEGER NOT NULL,
    source TEXT NOT NULL, cost INTEGER, charge INTEGER NOT NULL, ended INTEGER NOT NULL, ttft INTEGER, http INTEGER,
    attempts INTEGER NOT NULL, calls INTEGER NOT NULL) WITHOUT ROWID`,
  'CREATE TABLE facts (k TEXT PRIMARY KEY, v TEXT NOT NULL) WITHOUT ROWID',
] as const;

/** Of the books. */
export const OLD_BOOKS_TABLES = [
  'CREATE TABLE keys (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, v TEXT NOT NULL)',
  'CREATE TABLE told (payer TEXT PRIMARY KEY, parcel INTEGER NOT NULL) WITHOUT ROWID',
  ...['hours', 'days'].map(oldSums),
] as const;

/** A table of sums. */
export function oldSums(table: string): string {
  return `CREATE TABLE ${table} (hour INTEGER NOT NULL, payer TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL,
    status INTEGER NOT NULL, requests INTEGER NOT NULL, prompt INTEGER NOT NULL, cached INTEGER NOT NULL,
    completion INTEGER NOT NULL, cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, estimated INTEGER NOT NULL,
    PRIMARY KEY (hour, payer, kind, model, status)) WITHOUT ROWID`;
}
