/** Targets, and keys at them, that failed a moment ago. Each isolate remembers its own; nothing is shared. */
import { type Target, targetName } from '../config/upstream.ts';
import { keyedName } from './upstream-keys.ts';

/** For a target that did not say when to come back. */
const DEFAULT_COOLDOWN_MS = 10_000;
const LONGEST_COOLDOWN_MS = 60_000;

/** More targets than any operator lists; the oldest are forgotten first. */
const REMEMBERED = 1000;

const coolingUntil = new Map<string, number>();

/** Starts a target's cooldown, with all its keys. @param retryAfterMs what it asked for, in milliseconds; undefined if it said nothing. */
export function startCooldown(target: Target, retryAfterMs: number | undefined, nowMs: number): void {
  cool(targetName(target), retryAfterMs, nowMs);
}

/** The same for the one key of it that the target names; the others may serve. */
export function startKeyCooldown(target: Target, retryAfterMs: number | undefined, nowMs: number): void {
  cool(keyedName(target), retryAfterMs, nowMs);
}

function cool(key: string, retryAfterMs: number | undefined, nowMs: number): void {
  coolingUntil.delete(key);
  coolingUntil.set(key, nowMs + Math.min(retryAfterMs ?? DEFAULT_COOLDOWN_MS, LONGEST_COOLDOWN_MS));
  const oldest = coolingUntil.keys().next();
  if (coolingUntil.size > REMEMBERED && !oldest.done) coolingUntil.delete(oldest.value);
}

/** Ends a target's cooldown, and that of the key: it has answered. */
export function endCooldown(target: Target): void {
  if (coolingUntil.size === 0) return;
  coolingUntil.delete(targetName(target));
  coolingUntil.delete(keyedName(target));
}

/** Whether a target, or its key, failed a moment ago. */
export function isCoolingDown(target: Target, nowMs: number): boolean {
  const names = [targetName(target), keyedName(target)];
  return names.some((name) => (coolingUntil.get(name) ?? 0) > nowMs);
}

/** The same targets, those that cool down behind the others: they are tried only when the others fail too. */
export function coolingLast(targets: readonly Target[], nowMs: number): readonly Target[] {
  if (targets.length === 1) return targets;
  return [
    ...targets.filter((target) => !isCoolingDown(target, nowMs)),
    ...targets.filter((target) => isCoolingDown(target, nowMs)),
  ];
}
