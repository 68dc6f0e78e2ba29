/** Targets that failed a moment ago. Each isolate remembers its own; nothing is shared. */
import type { Target } from './resolve.ts';

/** A target that did not say for how long it wants to be left alone. */
const DEFAULT_REST_MS = 10_000;
const LONGEST_REST_MS = 60_000;

/** More targets than any operator lists; the oldest are forgotten first. */
const REMEMBERED = 1000;

const restingUntil = new Map<string, number>();

/** Lets a target rest. @param retryAfterMs what it asked for, in milliseconds; undefined if it said nothing. */
export function letRest(target: Target, retryAfterMs: number | undefined, nowMs: number): void {
  const key = nameOf(target);
  restingUntil.delete(key);
  restingUntil.set(key, nowMs + Math.min(retryAfterMs ?? DEFAULT_REST_MS, LONGEST_REST_MS));
  const oldest = restingUntil.keys().next();
  if (restingUntil.size > REMEMBERED && !oldest.done) restingUntil.delete(oldest.value);
}

/** A target that answered needs no rest. */
export function endRest(target: Target): void {
  if (restingUntil.size > 0) restingUntil.delete(nameOf(target));
}

/** Whether a target rests. */
export function isResting(target: Target, nowMs: number): boolean {
  return (restingUntil.get(nameOf(target)) ?? 0) > nowMs;
}

/** The same targets, those that rest behind the others: they are tried only when the others fail too. */
export function restedFirst(targets: readonly Target[], nowMs: number): readonly Target[] {
  if (targets.length === 1) return targets;
  return [
    ...targets.filter((target) => !isResting(target, nowMs)),
    ...targets.filter((target) => isResting(target, nowMs)),
  ];
}

/** `NAME/MODEL`, as it stands in `x-nexcode-upstream`. */
export function nameOf({ upstream, model }: Target): string {
  return `${upstream.name}/${model}`;
}
