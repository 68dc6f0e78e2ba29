/** The ledger's rows of a period as one file. An answer may hold a part of them alone, so it asks on behind its last row. */
import { list, parse, record, text } from '../api/json.ts';
import type { Period } from './period.ts';
import { ask } from './server.ts';

/** The forms, in the order of the list. */
export const EXPORT_FORMATS = ['csv', 'json', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Every row of the period. Rejects with `RequestError`. */
export async function exportRows(
  format: ExportFormat,
  { start, end }: Pick<Period, 'start' | 'end'>,
): Promise<Blob> {
  const parts: string[] = [];
  let type = '';
  let after = '';
  for (;;) {
    const query = new URLSearchParams({
      format,
      start_time: String(start),
      end_time: String(end),
      ...(after && { after }),
    });
    const answer = await ask(`/v1/usage/export?${query}`);
    type = answer.headers.get('content-type') ?? '';
    const page = await answer.text();
    const last = lastCursor(format, page);
    if (parts.length === 0 || last !== '') parts.push(page);
    if (last === '' || last === after) break;
    after = last;
  }
  return new Blob([joined(format, parts)], { type });
}

/** The cursor is the last column, and the last member of a row. Empty where a page has no rows. */
export function lastCursor(format: ExportFormat, page: string): string {
  if (format === 'json') return text(record(list(record(parse(page))['data']).at(-1))['cursor']);
  const lines = page.trimEnd().split(/\r?\n/);
  if (format === 'ndjson') return text(record(parse(lines.at(-1) ?? ''))['cursor']);
  return lines.length < 2 ? '' : (lines.at(-1)?.split(',').at(-1) ?? '');
}

/** The pages as one file: one line of names, or one list. */
export function joined(format: ExportFormat, pages: readonly string[]): string {
  if (format === 'ndjson' || pages.length < 2) return pages.join('');
  if (format === 'csv')
    return pages.map((page, place) => (place === 0 ? page : page.slice(page.indexOf('\n') + 1))).join('');
  const rows = pages.flatMap((page) => list(record(parse(page))['data']));
  return `${JSON.stringify({ object: 'list', data: rows }, null, 1)}\n`;
}
