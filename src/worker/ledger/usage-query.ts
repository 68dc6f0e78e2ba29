/** What the usage API is asked, in OpenAI's forms. Pure. */
import * as z from 'zod/mini';

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
