/** What calls came to by the hour and by the day, added up of what the keys' objects tell. Over SQL, without a clock. */
import type { SqlStorageLike } from './sql-schema.ts';
import { ANSWERED, STATUS, SUM_FIELDS, type Sum, type Sums } from './store.ts';
import { type Bucket, HOURS_OF_DAY, NO_SUM, readBucket } from './sums.ts';

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
const LINE = ['hour', 'payer', 'model', ...Object.keys(ENDS), ...SUM_FIELDS];

/** Adds a line's figures to those that there are. */
const ADD_TO_HOURS = addInto('hours');
const ADD_TO_DAYS = addInto('days');

function addInto(table: 'hours' | 'days'): string {
  return `INSERT INTO ${table} (hour, payer, kind, model, status, ${SUM_FIELDS.join(', ')}) VALUES (?, ?, ?, ?, ?${', ?'.repeat(SUM_FIELDS.length)})
    ON CONFLICT (hour, payer, kind, model, status) DO UPDATE SET ${SUM_FIELDS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;
}

/** The sums in the books' database: that part of `BookService`, where each method is described. */
export class HourlySums {
  readonly #storage: SqlStorageLike;

  /** @param storage with the tables of the books. */
  constructor(storage: SqlStorageLike) {
    this.#storage = storage;
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

  lines({ from, to, payers, kinds, models, byDay }: SumQuery): readonly string[] {
    const conditions = ['hour >= ?', 'hour < ?', 'requests <> 0'];
    const values: (string | number)[] = [from, to];
    for (const [column, allowed] of Object.entries({ payer: payers, kind: kinds, model: models })) {
      if (allowed === undefined) continue;
      conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
      values.push(JSON.stringify(allowed));
    }
    const rows = this.#storage.sql.exec(
      `SELECT json_group_array(json_array(${LINE.join(', ')})) AS lines FROM (
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
}

/** The lines in the texts that `BookService.sums` answers. */
export function readSums(texts: readonly string[]): readonly SumLine[] {
  return texts.flatMap((text) => {
    // Written by the query above alone: each line has all the members, in this order.
    const lines = JSON.parse(text) as (string | number)[][];
    return lines.map((line) => {
      const named: Record<string, string | number | undefined> = {};
      for (let place = 0; place < LINE.length; place += 1) named[LINE[place] ?? ''] = line[place];
      return named as unknown as SumLine;
    });
  });
}
