/** What is set in the request of an issued key at a target, so that its answer is bounded and its usage told. Pure. */
import type { Target } from '../config/upstream.ts';
import type { Bound } from './estimate.ts';
import type { KeyLimits } from './limits.ts';
import type { RequestFacts } from './read-facts.ts';
import { limitNamesAt } from './target-facts.ts';

/**
 * The members to set, as JSON texts.
 * @param bound what the call may take at this target, undefined where it has none.
 */
export function fillsAt(
  target: Target,
  facts: RequestFacts,
  limits: KeyLimits,
  bound: Bound | undefined,
): Record<string, string> {
  const members: Record<string, string> = {};
  const names = limitNamesAt(facts.counts.endpoint, target);
  const [name] = names;
  const limit = bound === undefined ? null : (bound.limit ?? repeatedLimit(names, facts, limits));
  if (name !== undefined && limit !== null) members[name] = String(limit);
  if (mustTellUsage(facts, limits)) {
    members['stream_options'] = JSON.stringify({ ...facts.streamOptions, include_usage: true });
  }
  return members;
}

/** The request's own limit, where it stands under no name that the target knows and a budget counts on it. */
function repeatedLimit(
  names: readonly string[],
  { limits: given }: RequestFacts,
  { budget }: KeyLimits,
): number | null {
  if (budget === null || names.some((name) => given.has(name))) return null;
  const most = Math.max(0, ...given.values());
  return most > 0 && Number.isFinite(most) ? most : null;
}

/** Whether a stream has to be asked for its usage, which the key's limits count. */
function mustTellUsage(
  { counts: { endpoint, stream }, includesUsage }: RequestFacts,
  { budget, tpm, streamUsage }: KeyLimits,
): boolean {
  if (!stream || includesUsage || streamUsage !== 'fill') return false;
  const takesOptions = endpoint === 'chat/completions' || endpoint === 'completions';
  return takesOptions && (budget !== null || tpm !== null);
}
