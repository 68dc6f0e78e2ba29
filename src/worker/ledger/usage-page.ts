/** Sums in the buckets of the usage API, in OpenAI's forms. Pure. */
import type { SumLine } from './hourly-sums.ts';
import { NANO } from './limits.ts';
import { shownPayer } from './services.ts';
import type { Sum } from './store.ts';
import { addSums } from './sums.ts';
import { type UsageQuery, WIDTHS_S } from './usage-query.ts';

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
  const byPayer = groups.has('api_key_id');
  const buckets = new Map<number, Map<string, { group: GroupKey; sum: GroupSum }>>();
  for (const line of lines) {
    const at = Math.floor(line.at / widthS) * widthS;
    if (at < start || at >= end) continue;
    const payer = byPayer ? shownPayer(line.payer) : null;
    const model = byModel ? line.model : null;
    const name = `${payer} ${model}`;
    const bucket = buckets.get(at) ?? new Map();
    buckets.set(at, bucket);
    const before = bucket.get(name)?.sum;
    // Where the lines are not put together, tens of thousands of them may be left as they are.
    const sum =
      before === undefined ? line : { ...addSums(before, line), failed: before.failed + line.failed };
    bucket.set(name, { group: { payer, model }, sum });
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
