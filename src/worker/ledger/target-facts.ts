/** What is known of a target for a request: its price, and the limit that the answer has there. Pure. */
import { type PriceTable, priceOf } from '../config/prices.ts';
import { type Target, targetName } from '../config/upstream.ts';
import { limitNames } from '../config/vendors.ts';
import type { TargetFacts } from './call-facts.ts';
import type { RequestFacts } from './read-facts.ts';

/** What is known of a target for this request. `maxTokens`: the operator's own limit, filled in where the request has none. */
export function targetFacts(
  facts: RequestFacts,
  target: Target,
  prices: PriceTable,
  maxTokens: number | undefined,
): TargetFacts {
  return {
    name: targetName(target),
    price: priceOf(prices, target.upstream.name, target.model) ?? null,
    limit: limitAt(facts, target) ?? (facts.counts.endpoint === 'responses' ? null : (maxTokens ?? null)),
  };
}

/** The names under which a target takes the limit of an answer, the one to fill in first. */
export function limitNamesAt(endpoint: string, { upstream, model }: Target): readonly string[] {
  if (endpoint === 'responses') return ['max_output_tokens'];
  if (endpoint === 'completions') return ['max_tokens'];
  return limitNames(upstream.base, model);
}

/** The limit that the request sets: under a name that the target knows, else under another. */
function limitAt(facts: RequestFacts, target: Target): number | null {
  const known = limitNamesAt(facts.counts.endpoint, target).flatMap((name) => facts.limits.get(name) ?? []);
  if (known.length > 0) return Math.max(...known);
  const others = [...facts.limits.values()];
  return others.length === 0 ? null : Math.max(...others);
}
