/** Targets that failed a moment ago. Each isolate remembers its own; nothing is shared. */
import { type Target, targetName } from '../config/upstream.ts';

/** For a target that did not say when to come back. */
const DEFAULT_COOLDOWN_MS = 10_000;
const LONGEST_COOLDOWN_MS = 60_000;

/** More targets than any operator lists; the oldest are forgotten first. */
const REMEMBERED = 1000;

const coolingUntil = new Map<string, number>();

/** Starts a target's cooldown. @param retryAfterMs what it asked for, in milliseconds; undefined if it said nothing. */
export function startCooldown(target: Target, retryAfterMs: number | undefined, nowMs: number): void {
  const key = targetName(target);
  coolingUntil.delete(key);
  coolingUntil.set(key, nowMs + Math.min(retryAfterMs ?? DEFAULT_COOLDOWN_MS, LONGEST_COOLDOWN_MS));
  const oldest = coolingUntil.keys().next();
  if (coolingUntil.size > REMEMBERED && !oldest.done) coolingUntil.delete(oldest.value);
}

/** Ends a target's cooldown: it has answered. */
export function endCooldown(target: Target): void {
  if (coolingUntil.size > 0) coolingUntil.delete(targetName(target));
}

/** Whether a target failed a moment ago. */
export function isCoolingDown(target: Target, nowMs: number): boolean {
  return (coolingUntil.get(targetName(target)) ?? 0) > nowMs;
}

/** The same targets, those that cool down behind the others: they are tried only when the others fail too. */
export function coolingLast(targets: readonly Target[], nowMs: number): readonly Target[] {
  if (targets.length === 1) return targets;
  return [
    ...targets.filter((target) => !isCoolingDown(target, nowMs)),
    ...targets.filter((target) => isCoolingDown(target, nowMs)),
  ];
}
