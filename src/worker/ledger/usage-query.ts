/** What the usage API is asked, and its buckets, in OpenAI's forms. Pure. */
import * as z from 'zod/mini';
import type { SumLine } from './hourly-sums.ts';
import { NANO } from './limits.ts';
import { shownPayer } from './services.ts';
import type { Sum } from './store.ts';
import { addSums } from './sums.ts';

/** The body of a request to price rows that had no price. Times are seconds since 1970. */
export const repriceSchema = z.object({
  start_time: z.optional(z.int().check(z.gte(0))),
  end_time: z.optional(z.int().check(z.gte(0))),
  after: z.optional(z.string()),
});

/** The widths of a bucket, in seconds. */
export const WIDTHS_S = { '1m': 60, '1h': 3600, '1d': 86_400 } as const;

/** The width of a bucket. */
export type BucketWidth = keyof typeof WIDTHS_S;

/** How many buckets an answer has where nothing is said, and at most. */
export const BUCKETS: Readonly<Record<BucketWidth, readonly [usual: number, most: number]>> = {
  '1d': [7, 31],
  '1h': [24, 168],
  '1m': [60, 1440],
};
/** The same for costs. */
export const COST_BUCKETS = [7, 180] as const;
/** The most buckets of a summary, which has no pages: a leap year, or a month of hours. */
export const SUMMARY_BUCKETS = { '1d': 366, '1h': 744 } as const;

/** What an answer can be grouped by. */
export const GROUPS = [
  'model',
  'api_key_id',
  'project_id',
  'user_id',
  'batch',
  'service_tier',
  'line_item',
] as const;
type Group = (typeof GROUPS)[number];

/** A question for usage or costs. Times are seconds since 1970. */
export interface UsageQuery {
  readonly start: number;
  /** Exclusive; where the buckets of this page end. */
  readonly end: number;
  /** The next page begins there; null where this is the last. */
  readonly next: number | null;
  readonly width: BucketWidth;
  readonly groups: ReadonlySet<Group>;
  readonly models: readonly string[] | undefined;
  /** As the wire names them: `key_ID`, `token`, `session`, `open`. */
  readonly payers: readonly string[] | undefined;
}

/** A parameter that cannot be used. */
export interface QueryProblem {
  readonly param: string;
  readonly problem: string;
}

/**
 * Reads a query. Lists may be spelt `group_by=a&group_by=b`, with commas, or with brackets as the official clients do.
 * @param nowS seconds since 1970.
 */
export function readUsageQuery(
  query: URLSearchParams,
  kind: 'usage' | 'costs' | 'summary',
  nowS: number,
): UsageQuery | QueryProblem {
  const start = wholeNumber(query.get('start_time'));
  if (start === undefined) return { param: 'start_time', problem: 'must be there, in seconds since 1970' };
  const end = query.has('end_time') ? wholeNumber(query.get('end_time')) : nowS + 1;
  if (end === undefined || end <= start) {
    return { param: 'end_time', problem: 'must be a later time than start_time, in seconds since 1970' };
  }
  const width = query.get('bucket_width') ?? '1d';
  if (!isWidth(width) || (kind === 'costs' && width !== '1d')) {
    return { param: 'bucket_width', problem: kind === 'costs' ? 'must be 1d' : 'must be 1m, 1h or 1d' };
  }
  if (kind === 'summary') return summaryQuery(query, { start, end }, width);
  const [usual, most] = kind === 'costs' ? COST_BUCKETS : BUCKETS[width];
  const limit = query.has('limit') ? wholeNumber(query.get('limit')) : usual;
  if (limit === undefined || limit < 1 || limit > most) {
    return { param: 'limit', problem: `must be a whole number from 1 to ${most}` };
  }
  const groups = listOf(query, 'group_by');
  const unknown = groups?.find((group) => !isGroup(group));
  if (unknown !== undefined) return { param: 'group_by', problem: `may name ${GROUPS.join(', ')}` };
  const page = query.has('page') ? wholeNumber(query.get('page')?.replace(/^page_/, '') ?? '') : undefined;
  if (query.has('page') && page === undefined) {
    return { param: 'page', problem: 'must be the next_page of an answer' };
  }
  const widthS = WIDTHS_S[width];
  const first = Math.floor((page ?? start) / widthS) * widthS;
  const last = Math.min(Math.ceil(end / widthS) * widthS, first + limit * widthS);
  return {
    start: first,
    end: last,
    next: last < end ? last : null,
    width,
    groups: new Set(groups?.filter(isGroup)),
    models: listOf(query, 'models') ?? listOf(query, 'line_items'),
    payers: listOf(query, 'api_key_ids'),
  };
}

/** All of the period, in whole buckets. */
function summaryQuery(
  query: URLSearchParams,
  { start, end }: Pick<UsageQuery, 'start' | 'end'>,
  width: BucketWidth,
): UsageQuery | QueryProblem {
  if (width === '1m') return { param: 'bucket_width', problem: 'must be 1d or 1h' };
  const widthS = WIDTHS_S[width];
  const [first, last] = [Math.floor(start / widthS) * widthS, Math.ceil(end / widthS) * widthS];
  const most = SUMMARY_BUCKETS[width];
  if (last - first > most * widthS) {
    return { param: 'start_time', problem: `must be at most ${most} buckets of ${width} before end_time` };
  }
  return {
    start: first,
    end: last,
    next: null,
    width,
    groups: new Set(),
    models: listOf(query, 'models'),
    payers: listOf(query, 'api_key_ids'),
  };
}

/** A line of sums with its time. */
export interface TimedLine extends Omit<SumLine, 'hour'> {
  /** Seconds since 1970. */
  readonly at: number;
}

/** A page of usage of one kind. */
export function usagePage(lines: readonly TimedLine[], query: UsageQuery, kind: string) {
  return page(lines, query, (sum, group) => ({
    object: `organization.usage.${kind}.result`,
    input_tokens: sum.prompt,
    output_tokens: sum.completion,
    input_cached_tokens: sum.cached,
    input_cache_write_tokens: sum.written,
    input_uncached_tokens: sum.prompt - sum.cached - sum.written,
    input_audio_tokens: 0,
    output_audio_tokens: 0,
    ...(kind === 'images' && { images: sum.requests }),
    ...(kind === 'audio_speeches' && { characters: 0 }),
    ...(kind === 'audio_transcriptions' && { seconds: 0 }),
    num_model_requests: sum.requests,
    num_failed: sum.failed,
    num_estimated: sum.estimated,
    project_id: query.groups.has('project_id') ? 'default' : null,
    user_id: null,
    api_key_id: group.payer,
    model: group.model,
    batch: query.groups.has('batch') ? false : null,
    service_tier: null,
  }));
}

/** A page of costs. */
export function costsPage(lines: readonly TimedLine[], query: UsageQuery) {
  return page(lines, query, (sum, group) => ({
    object: 'organization.costs.result',
    amount: { value: sum.cost / NANO, currency: 'usd' },
    line_item: group.model,
    project_id: query.groups.has('project_id') ? 'default' : null,
    api_key_id: group.payer,
    quantity: null,
    unpriced_requests: sum.unpriced,
  }));
}

interface GroupKey {
  readonly payer: string | null;
  readonly model: string | null;
}

type GroupSum = Sum & { readonly failed: number };

function page<Result>(
  lines: readonly TimedLine[],
  { start, end, next, width, groups }: UsageQuery,
  result: (sum: GroupSum, group: GroupKey) => Result,
) {
  const widthS = WIDTHS_S[width];
  const byModel = groups.has('model') || groups.has('line_item');
  const buckets = new Map<number, Map<string, { group: GroupKey; sum: GroupSum }>>();
  for (const line of lines) {
    const at = Math.floor(line.at / widthS) * widthS;
    if (at < start || at >= end) continue;
    const group = {
      payer: groups.has('api_key_id') ? shownPayer(line.payer) : null,
      model: byModel ? line.model : null,
    };
    const name = JSON.stringify(group);
    const bucket = buckets.get(at) ?? new Map();
    buckets.set(at, bucket);
    const before = bucket.get(name)?.sum;
    const failed = (before?.failed ?? 0) + line.failed;
    bucket.set(name, { group, sum: { ...addSums(before, line), failed } });
  }
  const data = [];
  for (let at = start; at < end; at += widthS) {
    const groupsOf = [...(buckets.get(at)?.values() ?? [])];
    data.push({
      object: 'bucket',
      start_time: at,
      end_time: at + widthS,
      results: groupsOf.map(({ group, sum }) => result(sum, group)),
    });
  }
  return { object: 'page', data, has_more: next !== null, next_page: next === null ? null : `page_${next}` };
}

function listOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  const values = [...query.getAll(name), ...query.getAll(`${name}[]`)].flatMap((value) => value.split(','));
  const given = values.map((value) => value.trim()).filter((value) => value !== '');
  return given.length === 0 ? undefined : given;
}

/** A whole number in a query, such as seconds since 1970; undefined for any other text. */
export function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

function isWidth(text: string): text is BucketWidth {
  return Object.hasOwn(WIDTHS_S, text);
}

function isGroup(text: string): text is Group {
  return GROUPS.some((group) => group === text);
}
