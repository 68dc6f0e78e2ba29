/** Calls that were never made: rows of one key, and the sums of many, written into a server's state before it starts. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { callId, SUM_FIELDS } from '../../src/worker/ledger/store.ts';

/** The rows stand over so many days, all of which are kept. */
export const DAYS = 30;
export const DAY_MS = 24 * 60 * 60 * 1000;

/** Marks the rows that were made here, where the name of their target stands. */
export const MADE = 'made-for-growth';

const MODELS = 5;
const KEYS = 50;

/** Makes the books' sums of so many calls of 50 keys and 5 models in these days: as many lines for any number. No server may run. */
export async function fillSums(folder: string, size: number): Promise<void> {
  const objects = join(folder, 'nexcode-BooksObject');
  const [name] = (await readdir(objects)).filter(
    (each) => each.endsWith('.sqlite') && each !== 'metadata.sqlite',
  );
  if (name === undefined) throw new Error(`There are no books in ${objects}.`);
  using database = new DatabaseSync(join(objects, name));
  const lines = DAYS * MODELS * KEYS;
  const figures = SUM_FIELDS.map(() => Math.ceil(size / lines));
  const insert = database.prepare(
    `INSERT OR REPLACE INTO days (hour, payer, kind, model, status, ${SUM_FIELDS.join(', ')}) VALUES (?, ?, 'completions', ?, 1${', ?'.repeat(SUM_FIELDS.length)})`,
  );
  const today = Math.floor(Date.now() / DAY_MS);
  database.exec('BEGIN');
  for (let line = 0; line < lines; line += 1) {
    const day = today - (line % DAYS);
    const model = `gpt-${Math.floor(line / DAYS) % MODELS}`;
    const key = `key:${String(Math.floor(line / (DAYS * MODELS))).padStart(10, '0')}`;
    insert.run(day * 24, key, model, ...figures);
  }
  database.exec('COMMIT');
}

/** Makes as many copies of a row of the one key as are missing, spread over the days before. No server may run. */
export async function fillRows(folder: string, size: number): Promise<void> {
  const objects = join(folder, 'nexcode-KeyObject');
  const names = (await readdir(objects)).filter((name) => name.endsWith('.sqlite'));
  for (const name of names) {
    using database = new DatabaseSync(join(objects, name));
    const table = database.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'calls'").get();
    if (table?.['n'] !== 1) continue;
    const pattern = database.prepare('SELECT * FROM calls ORDER BY id LIMIT 1').get();
    if (pattern === undefined) continue;
    const made = Number(
      database.prepare('SELECT count(*) AS n FROM calls WHERE target = ?').get(MADE)?.['n'],
    );
    const columns = Object.keys(pattern);
    const insert = database.prepare(
      `INSERT INTO calls (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const first = Date.now() - DAYS * DAY_MS;
    database.exec('BEGIN');
    for (let number = made; number < size; number += 1) {
      // Every size spreads its rows over the same days, between those that stand there.
      const at = first + Math.floor(((number * 0.618_033_988_75) % 1) * (DAYS - 1) * DAY_MS);
      const id = callId(at, number.toString(16).padStart(32, '0'));
      insert.run(
        ...columns.map((column) => ({ id, at, ended: at, target: MADE })[column] ?? pattern[column] ?? null),
      );
    }
    database.exec('COMMIT');
  }
}
