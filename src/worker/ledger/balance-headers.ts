/** What is left of an issued key's limits, as the headers of its answers say it. */
import { decimal, duration, inUnit } from './amounts.ts';
import type { Balance } from './key-service.ts';
import { leftOf } from './limits.ts';

/** What every answer to an issued key says of its limits. */
export function balanceHeaders({ requests, tokens, budget }: Balance): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [kind, rate] of [
    ['requests', requests],
    ['tokens', tokens],
  ] as const) {
    if (rate === null) continue;
    headers[`x-ratelimit-limit-${kind}`] = String(rate.limit);
    headers[`x-ratelimit-remaining-${kind}`] = String(rate.remaining);
    headers[`x-ratelimit-reset-${kind}`] = duration(rate.resetMs);
  }
  if (budget !== null) {
    headers['x-nexcode-budget-left'] = decimal(inUnit(leftOf(budget), budget));
  }
  return headers;
}
