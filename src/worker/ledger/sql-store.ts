/** A key's store in its object's SQLite database. */
import type { CallRow, KeyProfile, KeyState, KeyStore } from './store.ts';

/** The part of a Durable Object's storage that is used here. */
export interface SqlStorageLike {
  readonly sql: { exec(query: string, ...values: SqlValue[]): Iterable<Record<string, SqlValue>> };
  transactionSync<Value>(work: () => Value): Value;
}

type SqlValue = string | number | null | ArrayBuffer;

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

/** Keeps rows and facts in two tables without further indexes. */
export class SqlKeyStore implements KeyStore {
  readonly #storage: SqlStorageLike;
  /** Tables are made with the first write: a look at an object that holds nothing leaves nothing. */
  #hasTables: boolean;

  constructor(storage: SqlStorageLike) {
    this.#storage = storage;
    const found = [...storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'facts'")];
    this.#hasTables = found.length > 0;
  }

  profile(): KeyProfile | undefined {
    return this.#fact<KeyProfile>('profile');
  }

  saveProfile(profile: KeyProfile): void {
    this.#prepare();
    this.#saveFact('profile', profile);
  }

  state(): KeyState | undefined {
    return this.#fact<KeyState>('state');
  }

  write(rows: readonly CallRow[], state: KeyState): void {
    this.#prepare();
    this.#storage.transactionSync(() => {
      for (const row of rows) this.#storage.sql.exec(INSERT, ...COLUMNS.map((name) => row[name]));
      this.#saveFact('state', state);
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
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec(
        `CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, at INTEGER NOT NULL, model TEXT NOT NULL, target TEXT NOT NULL,
          endpoint TEXT NOT NULL, hold INTEGER NOT NULL, bound INTEGER NOT NULL, until INTEGER NOT NULL, status INTEGER NOT NULL,
          prompt INTEGER NOT NULL, cached INTEGER NOT NULL, written INTEGER NOT NULL, completion INTEGER NOT NULL, estimated INTEGER NOT NULL,
          source TEXT NOT NULL, cost INTEGER, charge INTEGER NOT NULL, ended INTEGER NOT NULL, ttft INTEGER, http INTEGER,
          attempts INTEGER NOT NULL, calls INTEGER NOT NULL) WITHOUT ROWID`,
      );
      this.#storage.sql.exec(
        'CREATE TABLE IF NOT EXISTS facts (k TEXT PRIMARY KEY, v TEXT NOT NULL) WITHOUT ROWID',
      );
    });
    this.#hasTables = true;
  }

  #select(condition: string, ...values: SqlValue[]): CallRow[] {
    if (!this.#hasTables) return [];
    const rows = this.#storage.sql.exec(`SELECT ${COLUMNS.join(', ')} FROM calls ${condition}`, ...values);
    // The columns are those of the table above, which nothing else writes.
    return [...rows] as unknown as CallRow[];
  }

  #fact<Value>(name: string): Value | undefined {
    if (!this.#hasTables) return undefined;
    const [found] = [...this.#storage.sql.exec('SELECT v FROM facts WHERE k = ?', name)];
    return found === undefined ? undefined : (JSON.parse(String(found['v'])) as Value);
  }

  #saveFact(name: string, value: unknown): void {
    this.#storage.sql.exec('INSERT OR REPLACE INTO facts (k, v) VALUES (?, ?)', name, JSON.stringify(value));
  }
}
