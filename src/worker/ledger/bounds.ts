/** What a call may take at each of its targets, the most of it, and the answer that a budget would have room for. Pure. */
import type { CallFacts } from './call-facts.ts';
import { type Bound, boundOf, type Unpriced } from './estimate.ts';
import { type Budget, type KeyLimits, unitsOf } from './limits.ts';

/**
 * The bound of a call at each of its targets, in their order; the first target that has none makes it `Unpriced`.
 * @param left what is left of the budget, in its unit.
 */
export function boundsOf(call: CallFacts, limits: KeyLimits, left: number): readonly Bound[] | Unpriced {
  const bounds: Bound[] = [];
  for (const target of call.targets) {
    const bound = boundOf(call, target, limits, left);
    if ('unpriced' in bound) return bound;
    bounds.push(bound);
  }
  // One limit for all targets: it stands in the request before it is known which of them answers.
  const fills = bounds.flatMap(({ limit }) => (limit === null ? [] : [limit]));
  if (fills.length < 2) return bounds;
  const least = Math.min(...fills);
  return bounds.map((bound, position) => {
    const target = call.targets[position];
    if (bound.limit === null || bound.limit === least || target === undefined) return bound;
    const again = boundOf(call, { ...target, limit: least }, limits, left);
    return 'unpriced' in again ? bound : { ...again, limit: least };
  });
}

/** The most tokens that a call may take at one of its targets. */
export function mostTokens(bounds: readonly Bound[]): number {
  return Math.max(0, ...bounds.map(({ prompt, completion }) => prompt + completion));
}

/** The longest answer at one of them, tokens. */
export function mostCompletion(bounds: readonly Bound[]): number {
  return Math.max(0, ...bounds.map(({ completion }) => completion));
}

/** The dearest of these bounds in the budget's unit. */
export function mostUnits(bounds: readonly Bound[], budget: Budget | null): number {
  return Math.max(0, ...bounds.map((bound) => unitsOf(bound, budget)));
}

/**
 * The longest answer whose hold would fit at every target, tokens; null where none would. Bounds grow evenly with the
 * answer.
 * @param left what is left of the budget, in its unit.
 */
export function fittingAnswer(bounds: readonly Bound[], budget: Budget | null, left: number): number | null {
  const fits = bounds.map((bound) => {
    const whole = unitsOf(bound, budget);
    if (bound.completion === 0 || whole <= left) return bound.completion;
    const isMoney = budget?.unit === 'usd';
    const each = isMoney ? ((bound.cost ?? 0) - (bound.promptCost ?? 0)) / bound.completion : 1;
    return each === 0 ? 0 : Math.floor((left - (whole - each * bound.completion)) / each);
  });
  const least = Math.min(...fits);
  return least > 0 ? least : null;
}
