/** The usage of a period at one look: its sum, and what it is made of by time, model and key. Pure. */
import { NANO } from './limits.ts';
import { shownPayer } from './services.ts';
import { addSums } from './sums.ts';
import type { TimedLine } from './usage-page.ts';
import { type UsageQuery, WIDTHS_S } from './usage-query.ts';

/** Whose calls are booked on this server. */
export interface Booked {
  /** Those of issued keys. */
  readonly keys: boolean;
  /** Those with the server's token, a login or no credentials. */
  readonly others: boolean;
}

type Line = Omit<TimedLine, 'payer' | 'model' | 'at'>;

/** The answer of `GET /v1/usage/summary`. The dearest model and key come first. */
export function usageSummary(lines: readonly TimedLine[], query: UsageQuery, booked: Booked) {
  const { start, end, width } = query;
  const widthS = WIDTHS_S[width];
  const inside = lines.filter(({ at }) => at >= start && at < end);
  const times = groupsOf(inside, ({ at }) => Math.floor(at / widthS) * widthS);
  return {
    object: 'usage.summary' as const,
    start_time: start,
    end_time: end,
    bucket_width: width,
    booked,
    total: figures([...times.values()].reduce(add, NOTHING)),
    by_time: [...times]
      .sort(([one], [other]) => one - other)
      .map(([at, sum]) => ({ start_time: at, ...figures(sum) })),
    by_model: dearestFirst(groupsOf(inside, ({ model }) => model)).map(([model, sum]) => ({
      model,
      ...figures(sum),
    })),
    by_key: dearestFirst(groupsOf(inside, ({ payer }) => shownPayer(payer))).map(([key, sum]) => ({
      api_key_id: key,
      ...figures(sum),
    })),
  };
}

const NOTHING: Line = { ...addSums(undefined, {}), failed: 0, cut: 0, left: 0 };

function add(sum: Line, line: Line): Line {
  return {
    ...addSums(sum, line),
    failed: sum.failed + line.failed,
    cut: sum.cut + line.cut,
    left: sum.left + line.left,
  };
}

function groupsOf<Name>(lines: readonly TimedLine[], nameOf: (line: TimedLine) => Name): Map<Name, Line> {
  const groups = new Map<Name, Line>();
  for (const line of lines) groups.set(nameOf(line), add(groups.get(nameOf(line)) ?? NOTHING, line));
  return groups;
}

function dearestFirst(groups: ReadonlyMap<string, Line>): [string, Line][] {
  return [...groups].sort(
    ([, one], [, other]) =>
      other.cost - one.cost ||
      other.prompt + other.completion - one.prompt - one.completion ||
      other.requests - one.requests,
  );
}

/** What a sum says on the wire. A cost of which nothing is known is null and not 0. */
function figures(sum: Line) {
  return {
    requests: sum.requests,
    errors: sum.failed - sum.cut - sum.left,
    cut: sum.cut,
    client_left: sum.left,
    input_tokens: sum.prompt,
    cached_tokens: sum.cached,
    output_tokens: sum.completion,
    cost_usd: sum.unpriced > 0 && sum.cost === 0 ? null : sum.cost / NANO,
    unpriced_requests: sum.unpriced,
    estimated_requests: sum.estimated,
    first_token_ms: sum.begun === 0 ? null : Math.round(sum.begunMs / sum.begun),
  };
}
