/** `nexcode usage`: who spent what, as a table, CSV or JSON; or every call as a row. */
import type OpenAI from 'openai';
import { APIError } from 'openai';
import { csvLine } from '../worker/ledger/csv.ts';
import type { UsageKind } from '../worker/ledger/sums.ts';
import type { Connection } from './connection.ts';
import { type CommandContext, clientFor } from './context.ts';
import { CommandError, EXIT } from './exit.ts';
import { keyIdFor } from './key-id.ts';
import { shownUnits } from './key-limits.ts';
import { readKeys } from './keys.ts';
import { type Period, periodOf, shownDay, wholeDays } from './period.ts';
import { printTable } from './table.ts';
import type { Cell } from './terminal.ts';
import {
  type Dimension,
  dollars,
  linesOf,
  pageSchema,
  totalOf,
  type UsageLine,
  type UsagePage,
} from './usage-lines.ts';
import { printRows } from './usage-rows.ts';

/** What can be said of usage. */
export interface UsageOptions {
  readonly since?: string;
  readonly until?: string;
  readonly by: readonly Dimension[];
  readonly model?: readonly string[];
  readonly key?: readonly string[];
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly rows?: boolean;
}

/** The kinds of usage, each a question of its own; costs cover them all. */
const KINDS: readonly UsageKind[] = [
  'completions',
  'embeddings',
  'moderations',
  'images',
  'audio_speeches',
  'audio_transcriptions',
  'other',
];

/** The most days of an answer. */
const DAYS_A_PAGE = { usage: 31, costs: 180 } as const;

/** Prints the usage of a period. */
export async function showUsage(
  options: UsageOptions,
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const { words } = context;
  const period = periodOf(options.since, options.until, Date.now(), words);
  if (options.csv && options.json) throw new CommandError(words.oneForm);
  const client = clientFor(connection);
  if (options.rows) {
    if (options.model !== undefined || options.key !== undefined) throw new CommandError(words.rowsAreAll);
    return printRows(client, period, options.json ? 'ndjson' : 'csv', context);
  }
  const days = wholeDays(period);
  const { lines, names } = await ask(client, days, options, context, connection);
  print({ lines, names, days, options }, context);
}

interface Usage {
  readonly lines: readonly UsageLine[];
  /** What keys are called, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  readonly days: Period;
  readonly options: UsageOptions;
}

async function ask(
  client: OpenAI,
  days: Period,
  { by, model, key }: UsageOptions,
  context: CommandContext,
  connection: Connection,
): Promise<Pick<Usage, 'lines' | 'names'>> {
  const keys = by.includes('key') || key !== undefined ? await knownKeys(client, connection, context) : [];
  const ids = key && (await Promise.all(key.map((said) => keyIdOrPayer(said, keys, context))));
  const query = {
    start_time: days.start,
    end_time: days.end,
    bucket_width: '1d' as const,
    ...(ids !== undefined && { api_key_ids: ids }),
  };
  const asked = (path: string, most: number, groups: readonly string[], filter: object) =>
    pagesOf(client, path, { ...query, ...filter, limit: most, group_by: groups }, connection, context);
  const groups = (nameOfModel: string) => [
    ...(by.includes('model') ? [nameOfModel] : []),
    ...(by.includes('key') ? ['api_key_id'] : []),
  ];
  const pages = await Promise.all([
    ...KINDS.map((kind) =>
      asked(`/organization/usage/${kind}`, DAYS_A_PAGE.usage, groups('model'), {
        ...(model !== undefined && { models: model }),
      }),
    ),
    asked('/organization/costs', DAYS_A_PAGE.costs, groups('line_item'), {
      ...(model !== undefined && { line_items: model }),
    }),
  ]);
  return {
    lines: linesOf(pages.flat(), by),
    names: new Map(keys.map(({ id, name }) => [id, name])),
  };
}

/** The keys that there are; none where an issued key asks, which sees its own calls alone. */
async function knownKeys(client: OpenAI, connection: Connection, context: CommandContext) {
  try {
    return await readKeys(client, connection, context);
  } catch (error) {
    if (error instanceof APIError && error.status === 403) return [];
    throw error;
  }
}

/** Callers without a key of their own are named by how they came in. */
const PAYERS = ['token', 'session', 'open'];

async function keyIdOrPayer(
  said: string,
  keys: Awaited<ReturnType<typeof knownKeys>>,
  { words }: CommandContext,
): Promise<string> {
  return PAYERS.includes(said) ? said : keyIdFor(said, async () => keys, words);
}

async function pagesOf(
  client: OpenAI,
  path: string,
  query: object,
  connection: Connection,
  { words }: CommandContext,
): Promise<UsagePage[]> {
  const pages: UsagePage[] = [];
  let page: string | null | undefined;
  do {
    const answer = await client.get<unknown>(path, { query: { ...query, ...(page != null && { page }) } });
    const read = pageSchema.safeParse(answer);
    if (!read.success) throw new CommandError(words.notOurs(connection.baseUrl), EXIT.failed);
    pages.push(read.data);
    page = read.data.next_page;
  } while (page != null);
  return pages;
}

function print({ lines, names, days, options }: Usage, context: CommandContext): void {
  const { stdout, stderr, errorStyle, words } = context;
  const { by } = options;
  const said = (line: UsageLine) => ({
    ...(by.includes('day') && { day: line.day ?? '' }),
    ...(by.includes('model') && { model: line.model ?? '' }),
    ...(by.includes('key') && { key: line.key ?? '', name: names.get(line.key ?? '') ?? '' }),
    requests: line.requests,
    failed: line.failed,
    input_tokens: line.input,
    cached_tokens: line.cached,
    output_tokens: line.output,
    cost_usd: dollars(line),
    unpriced_requests: line.unpriced,
  });
  if (options.json) {
    const { day, model, key, name, ...total } = said(totalOf(lines));
    const report = {
      object: 'usage',
      start_time: days.start,
      end_time: days.end,
      data: lines.map(said),
      total,
    };
    stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  if (options.csv) {
    stdout.write(csvLine(Object.keys(said(totalOf([])))));
    for (const line of lines) stdout.write(csvLine(Object.values(said(line))));
    return;
  }
  const until = shownDay(days.end - 1);
  stderr.write(`${errorStyle('dim', words.usagePeriod(shownDay(days.start), until))}\n`);
  if (lines.length === 0) throw new CommandError(words.noUsage, EXIT.failed);
  const head = words.usageColumns;
  const cells = (line: UsageLine, place: readonly string[]) => [
    ...place,
    counted(line.requests),
    counted(line.failed),
    counted(line.input),
    counted(line.cached),
    counted(line.output),
    { right: shownUnits(dollars(line), 'usd') },
  ];
  const place = (line: UsageLine) =>
    by.map((each) => (each === 'key' ? (names.get(line.key ?? '') ?? line.key ?? '') : (line[each] ?? '')));
  const total = totalOf(lines);
  printTable(
    [
      ...by.map((each) => head[each]),
      head.requests,
      head.failed,
      head.input,
      head.cached,
      head.output,
      head.cost,
    ],
    [
      ...lines.map((line) => cells(line, place(line))),
      cells(
        total,
        by.map((_, position) => (position === 0 ? words.total : '')),
      ),
    ],
    context,
  );
  if (total.unpriced > 0) stderr.write(`${errorStyle('yellow', words.unpricedCalls(total.unpriced))}\n`);
}

function counted(count: number): Cell {
  return { right: count.toLocaleString('en-US') };
}
