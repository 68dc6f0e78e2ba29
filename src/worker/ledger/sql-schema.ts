/** The tables of an object's SQLite database: a list of steps brings whatever an earlier build left to what this one reads. */

/** The part of a Durable Object's storage that is used here. */
export interface SqlStorageLike {
  readonly sql: Sql;
  transactionSync<Value>(work: () => Value): Value;
}

/** A database. */
export interface Sql {
  exec(query: string, ...values: SqlValue[]): Iterable<Record<string, SqlValue>>;
}

export type SqlValue = string | number | null | ArrayBuffer;

/**
 * Leads from the version of its place in the list to the next one. A step that was released stays as it is: a change of
 * the tables is a further step at the list's end. Builds before the table `schema_version` wrote no version, so steps
 * up to theirs may meet their own work done.
 */
export type SchemaStep = (sql: Sql) => void;

/**
 * Brings a database to the newest version, in one transaction: an object that dies in it begins again where it was.
 * @throws {Error} for a database that a newer build wrote: what it holds is not known here.
 */
export function migrate(storage: SqlStorageLike, steps: readonly SchemaStep[]): void {
  const { sql } = storage;
  const version = versionOf(sql);
  if (version === steps.length) return;
  if (version > steps.length) {
    const message = `The stored tables have version ${version}, and this version of NexCode knows ${steps.length}: a newer one wrote them. Start that one again.`;
    // What asks the object learns that it failed, and not why.
    console.error(JSON.stringify({ step: 'state_too_new', message }));
    throw new Error(message);
  }
  storage.transactionSync(() => {
    for (const step of steps.slice(version)) step(sql);
    sql.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)');
    sql.exec('DELETE FROM schema_version');
    sql.exec('INSERT INTO schema_version (version) VALUES (?)', steps.length);
  });
}

/** 0 for a database that says none. */
function versionOf(sql: Sql): number {
  if (!hasTable(sql, 'schema_version')) return 0;
  const [row] = sql.exec('SELECT version FROM schema_version');
  return Number(row?.['version'] ?? 0);
}

/** Whether there is a table of this name. */
export function hasTable(sql: Sql, name: string): boolean {
  return [...sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?", name)].length > 0;
}

/** Adds a column of whole numbers that begin as 0, unless the table has it. */
export function addCount(sql: Sql, table: string, column: string): void {
  const found = [...sql.exec('SELECT name FROM pragma_table_info(?) WHERE name = ?', table, column)];
  if (found.length === 0) sql.exec(`ALTER TABLE ${table} ADD COLUMN ${column} INTEGER NOT NULL DEFAULT 0`);
}
