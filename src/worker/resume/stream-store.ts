/** Recorded streams in their object's SQLite database: a row for each, and its bytes in blocks. */

import type { TokenUsage } from '../completions/usage.ts';
import { parseJson } from '../http/json/read.ts';
import { hasTable, migrate, type SchemaStep, type SqlStorageLike } from '../ledger/sql-schema.ts';

/** `in_progress`: recorded now. `completed`: ended as such a stream does. `incomplete`: cut, failed or abandoned. `cancelled`: stopped by its caller. */
export type StreamStatus = 'in_progress' | 'completed' | 'incomplete' | 'cancelled';

/** What is known of a stream beside its bytes. */
export interface StreamRow {
  readonly id: string;
  /** The path that was asked, such as `/v1/chat/completions`. */
  readonly endpoint: string;
  readonly status: StreamStatus;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number | null;
  /** The answer's headers that a replay repeats. */
  readonly headers: Readonly<Record<string, string>>;
  readonly usage: TokenUsage | null;
  /** What is said behind the bytes of a stream whose recording was lost. */
  readonly words: string;
  /** It grew too long: its bytes are not kept. */
  readonly isTooLong: boolean;
}

/** Bytes of a stream, to be written. */
export interface NewBlock {
  readonly stream: StreamRow;
  readonly position: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The stream has no row yet, or one that says something else. */
  readonly isRowNew: boolean;
}

/** The largest block, in bytes: a row takes 2 MB. */
const LARGEST_BLOCK = 512 * 1024;

/** The tables' versions. */
const STEPS: readonly SchemaStep[] = [
  (sql) => {
    sql.exec(
      `CREATE TABLE IF NOT EXISTS streams (id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, status TEXT NOT NULL,
        begun INTEGER NOT NULL, ended INTEGER, headers TEXT NOT NULL, usage TEXT NOT NULL, words TEXT NOT NULL,
        too_long INTEGER NOT NULL) WITHOUT ROWID`,
    );
    sql.exec(
      `CREATE TABLE IF NOT EXISTS blocks (stream TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
        PRIMARY KEY (stream, position)) WITHOUT ROWID`,
    );
  },
];

/** Keeps streams and blocks in two tables without further indexes. */
export class StreamStore {
  readonly #storage: SqlStorageLike;
  /** Tables are made with the first write: a look at an object that holds nothing leaves nothing. */
  #hasTables: boolean;

  constructor(storage: SqlStorageLike) {
    this.#storage = storage;
    this.#hasTables = hasTable(storage.sql, 'streams');
    if (this.#hasTables) migrate(storage, STEPS);
  }

  /** Writes blocks, and the rows of their streams, in one transaction. */
  write(blocks: readonly NewBlock[]): void {
    this.#prepare();
    this.#storage.transactionSync(() => {
      for (const { stream, position, bytes, isRowNew } of blocks) {
        if (isRowNew) this.#save(stream);
        for (let at = 0; at < bytes.length; at += LARGEST_BLOCK) {
          const part = bytes.slice(at, at + LARGEST_BLOCK);
          this.#storage.sql.exec(
            'INSERT INTO blocks (stream, position, bytes) VALUES (?, ?, ?)',
            stream.id,
            position + at,
            part.buffer,
          );
        }
      }
    });
  }

  /** Writes what is known of a stream. */
  save(stream: StreamRow): void {
    this.#prepare();
    this.#save(stream);
  }

  stream(id: string): StreamRow | undefined {
    return this.#streams('WHERE id = ?', id)[0];
  }

  /** Those whose recording was under way when the object was last there. */
  unfinished(): StreamRow[] {
    return this.#streams("WHERE status = 'in_progress'");
  }

  /** How many bytes of a stream there are. */
  length(id: string): number {
    if (!this.#hasTables) return 0;
    const [last] = this.#storage.sql.exec(
      'SELECT position + length(bytes) AS length FROM blocks WHERE stream = ? ORDER BY position DESC LIMIT 1',
      id,
    );
    return Number(last?.['length'] ?? 0);
  }

  /** The bytes from a place to the end of the block that holds it; undefined where there are none. */
  read(id: string, from: number): Uint8Array | undefined {
    if (!this.#hasTables) return undefined;
    const [block] = this.#storage.sql.exec(
      'SELECT position, bytes FROM blocks WHERE stream = ? AND position <= ? ORDER BY position DESC LIMIT 1',
      id,
      from,
    );
    const bytes = block?.['bytes'];
    if (!(bytes instanceof ArrayBuffer)) return undefined;
    const rest = new Uint8Array(bytes).subarray(from - Number(block?.['position']));
    return rest.length === 0 ? undefined : rest;
  }

  /** Drops the bytes of a stream and keeps its row. */
  dropBytes(id: string): void {
    if (this.#hasTables) this.#storage.sql.exec('DELETE FROM blocks WHERE stream = ?', id);
  }

  /** Forgets what ended before a time, and what is over the bound on bytes, the oldest first. */
  forget(endedBefore: number, mostBytes: number): void {
    if (!this.#hasTables) return;
    const ended = [
      ...this.#storage.sql.exec(
        `SELECT id, ended, (SELECT max(position + length(bytes)) FROM blocks WHERE stream = streams.id) AS length
         FROM streams WHERE ended IS NOT NULL ORDER BY ended DESC`,
      ),
    ];
    let bytes = 0;
    this.#storage.transactionSync(() => {
      for (const row of ended) {
        bytes += Number(row['length'] ?? 0);
        if (Number(row['ended']) > endedBefore && bytes <= mostBytes) continue;
        this.#storage.sql.exec('DELETE FROM blocks WHERE stream = ?', String(row['id']));
        this.#storage.sql.exec('DELETE FROM streams WHERE id = ?', String(row['id']));
      }
    });
  }

  /** How many bytes there are in all. */
  bytes(): number {
    if (!this.#hasTables) return 0;
    const [all] = this.#storage.sql.exec('SELECT sum(length(bytes)) AS bytes FROM blocks');
    return Number(all?.['bytes'] ?? 0);
  }

  /** When the stream ended that did so first; undefined where none has. */
  firstEnd(): number | undefined {
    if (!this.#hasTables) return undefined;
    const [first] = this.#storage.sql.exec('SELECT min(ended) AS ended FROM streams');
    const ended = first?.['ended'];
    return typeof ended === 'number' ? ended : undefined;
  }

  #prepare(): void {
    if (this.#hasTables) return;
    migrate(this.#storage, STEPS);
    this.#hasTables = true;
  }

  #save({ id, endpoint, status, begun, ended, headers, usage, words, isTooLong }: StreamRow): void {
    this.#storage.sql.exec(
      'INSERT OR REPLACE INTO streams (id, endpoint, status, begun, ended, headers, usage, words, too_long) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      endpoint,
      status,
      begun,
      ended,
      JSON.stringify(headers),
      JSON.stringify(usage),
      words,
      isTooLong ? 1 : 0,
    );
  }

  #streams(condition: string, ...values: string[]): StreamRow[] {
    if (!this.#hasTables) return [];
    const rows = this.#storage.sql.exec(`SELECT * FROM streams ${condition}`, ...values);
    return [...rows].map(
      (row) =>
        // The columns are those of the table above, which nothing else writes.
        ({
          id: row['id'],
          endpoint: row['endpoint'],
          status: row['status'],
          begun: row['begun'],
          ended: row['ended'],
          headers: parseJson(String(row['headers'])),
          usage: parseJson(String(row['usage'])),
          words: row['words'],
          isTooLong: row['too_long'] === 1,
        }) as StreamRow,
    );
  }
}
