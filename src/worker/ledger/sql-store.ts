/** A key's store in its object's SQLite database. */
import {
  addCount,
  hasTable,
  migrate,
  type SchemaStep,
  type Sql,
  type SqlStorageLike,
  type SqlValue,
} from './sql-schema.ts';
import type { CallRow, KeyProfile, KeyState, KeyStore } from './store.ts';

const COLUMNS = [
  'id',
  'at',
  'model',
  'target',
  'endpoint',
  'hold',
  'bound',
  'until',
  'status',
  'prompt',
  'cached',
  'written',
  'completion',
  'estimated',
  'source',
  'cost',
  'charge',
  'ended',
  'ttft',
  'http',
  'attempts',
  'calls',
] as const satisfies readonly (keyof CallRow)[];

const INSERT = `INSERT OR REPLACE INTO calls (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;

/** The tables' versions. */
const STEPS: readonly SchemaStep[] = [
  (sql) => {
    sql.exec(
      `CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, at INTEGER NOT NULL, model TEXT NOT NULL, target TEXT NOT NULL,
        endpoint TEXT NOT NULL, hold INTEGER NOT NULL, bound INTEGER NOT NULL, until INTEGER NOT NULL, status INTEGER NOT NULL,
        prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL, estimated INTEGER NOT NULL,
        source TEXT NOT NULL, cost INTEGER, charge INTEGER NOT NULL, ended INTEGER NOT NULL, ttft INTEGER, http INTEGER,
        attempts INTEGER NOT NULL, calls INTEGER NOT NULL) WITHOUT ROWID`,
    );
    sql.exec('CREATE TABLE IF NOT EXISTS facts (k TEXT PRIMARY KEY, v TEXT NOT NULL) WITHOUT ROWID');
  },
  // What was written to a vendor's cache is counted.
  (sql) => addCount(sql, 'calls', 'written'),
  // A key may have all its streams recorded.
  (sql) => {
    sql.exec(
      `UPDATE facts SET v = json_set(v, '$.limits.resumable', json('false'))
      WHERE k = 'profile' AND json_extract(v, '$.limits.resumable') IS NULL`,
    );
  },
];

/** Keeps rows and facts in two tables without further indexes. */
export class SqlKeyStore implements KeyStore {
  readonly #storage: SqlStorageLike;
  /** Tables are made with the first write: a look at an object that holds nothing leaves nothing. */
  #hasTables: boolean;

  constructor(storage: SqlStorageLike) {
    this.#storage = storage;
    this.#hasTables = hasTable(storage.sql, 'facts');
    if (this.#hasTables) migrate(storage, STEPS);
  }

  profile(): KeyProfile | undefined {
    return this.#hasTables ? readFact(this.#storage.sql, 'profile') : undefined;
  }

  saveProfile(profile: KeyProfile): void {
    this.#prepare();
    saveFact(this.#storage.sql, 'profile', profile);
  }

  state(): KeyState | undefined {
    return this.#hasTables ? readFact(this.#storage.sql, 'state') : undefined;
  }

  write(rows: readonly CallRow[], state: KeyState): void {
    this.#prepare();
    this.#storage.transactionSync(() => {
      for (const row of rows) this.#storage.sql.exec(INSERT, ...COLUMNS.map((name) => row[name]));
      saveFact(this.#storage.sql, 'state', state);
    });
  }

  row(id: string): CallRow | undefined {
    return this.#select('WHERE id = ?', id)[0];
  }

  openRows(oldest: string): CallRow[] {
    return this.#select('WHERE id >= ? AND status = 0', oldest);
  }

  rows(from: string, to: string, limit: number): CallRow[] {
    return this.#select('WHERE id > ? AND id < ? ORDER BY id LIMIT ?', from, to, limit);
  }

  deleteBefore(id: string, limit: number): number {
    if (!this.#hasTables) return 0;
    const deleted = this.#storage.sql.exec(
      'DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE id < ? AND status <> 0 ORDER BY id LIMIT ?) RETURNING id',
      id,
      limit,
    );
    return [...deleted].length;
  }

  #prepare(): void {
    if (this.#hasTables) return;
    migrate(this.#storage, STEPS);
    this.#hasTables = true;
  }

  #select(condition: string, ...values: SqlValue[]): CallRow[] {
    if (!this.#hasTables) return [];
    const rows = this.#storage.sql.exec(`SELECT ${COLUMNS.join(', ')} FROM calls ${condition}`, ...values);
    // The columns are those of the table above, which nothing else writes.
    return [...rows] as unknown as CallRow[];
  }
}

function readFact<Value>(sql: Sql, name: string): Value | undefined {
  const [found] = [...sql.exec('SELECT v FROM facts WHERE k = ?', name)];
  // Written below, by this class alone.
  return found === undefined ? undefined : (JSON.parse(String(found['v'])) as Value);
}

function saveFact(sql: Sql, name: string, value: unknown): void {
  sql.exec('INSERT OR REPLACE INTO facts (k, v) VALUES (?, ?)', name, JSON.stringify(value));
}
