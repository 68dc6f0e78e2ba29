/** Rows of the ledger as text: CSV that spreadsheets can open safely, JSON, or a JSON object a line. Pure. */
import { csvLine } from './csv.ts';
import { NANO } from './limits.ts';
import { shownPayer } from './services.ts';
import { type CallRow, STATUS, statusName } from './store.ts';

/** The forms of an export. */
export type ExportFormat = 'csv' | 'json' | 'ndjson';

/** The media type of each form. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

/** The columns, in an order that stays. */
export const COLUMNS = [
  'time',
  'key',
  'model',
  'target',
  'endpoint',
  'status',
  'prompt_tokens',
  'cached_tokens',
  'cache_write_tokens',
  'completion_tokens',
  'cost_usd',
  'source',
  'estimated',
  'duration_ms',
  'ttft_ms',
  'http_status',
  'attempts',
  'calls',
  'cursor',
] as const;

type Exported = Readonly<Record<(typeof COLUMNS)[number], string | number | boolean | null>>;

/** Where an export goes on behind a row. */
export function cursorOf(payer: string, id: string): string {
  return `${payer}.${id}`;
}

/** Takes a cursor apart; undefined for a text that is none. */
export function readCursor(text: string): { readonly payer: string; readonly id: string } | undefined {
  const [, payer, id] =
    /^((?:key:[0-9A-Za-z]{10}|payer:(?:token|session|open):\d))\.([0-9a-f]{12,64})$/.exec(text) ?? [];
  return payer === undefined || id === undefined ? undefined : { payer, id };
}

/** One row as it is exported. An open call has no end yet. */
function exported(payer: string, row: CallRow): Exported {
  const isOpen = row.status === STATUS.open;
  return {
    time: new Date(row.at).toISOString(),
    key: shownPayer(payer),
    model: row.model,
    target: row.target,
    endpoint: row.endpoint,
    status: statusName(row.status),
    prompt_tokens: row.prompt,
    cached_tokens: row.cached,
    cache_write_tokens: row.written,
    completion_tokens: row.completion,
    cost_usd: isOpen || row.cost === null ? null : row.cost / NANO,
    source: row.source,
    estimated: row.estimated === 1,
    duration_ms: isOpen ? null : row.ended - row.at,
    ttft_ms: row.ttft,
    http_status: row.http,
    attempts: row.attempts,
    calls: row.calls,
    cursor: cursorOf(payer, row.id),
  };
}

/** Writes one form. */
export class ExportWriter {
  readonly #format: ExportFormat;
  #isFirst = true;

  constructor(format: ExportFormat) {
    this.#format = format;
  }

  head(): string {
    if (this.#format === 'csv') return csvLine(COLUMNS);
    return this.#format === 'json' ? '{"object":"list","data":[' : '';
  }

  rows(payer: string, rows: readonly CallRow[]): string {
    return rows.map((row) => this.#row(exported(payer, row))).join('');
  }

  tail(): string {
    return this.#format === 'json' ? ']}\n' : '';
  }

  #row(row: Exported): string {
    if (this.#format === 'csv') return csvLine(COLUMNS.map((name) => row[name]));
    if (this.#format === 'ndjson') return `${JSON.stringify(row)}\n`;
    const comma = this.#isFirst ? '' : ',';
    this.#isFirst = false;
    return `${comma}\n${JSON.stringify(row)}`;
  }
}
