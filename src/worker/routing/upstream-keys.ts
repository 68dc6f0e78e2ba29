/** The keys of an upstream that has several: each call begins with the next one. Each isolate takes its own turns. */
import { type Target, targetName } from '../config/upstream.ts';

/** The number of the key with which the next call begins, by the upstream's name. */
const turns = new Map<string, number>();

/** The same targets, each as often as its upstream has keys; the key whose turn it is comes first. */
export function perKey(targets: readonly Target[]): readonly Target[] {
  if (targets.every(({ upstream }) => upstream.keys.length < 2)) return targets;
  const begun = new Map<string, number>();
  const keyed = targets.flatMap((target) => {
    const { name, keys } = target.upstream;
    if (keys.length < 2) return [target];
    const first = (turns.get(name) ?? 0) % keys.length;
    begun.set(name, first + 1);
    const each = keys.map((key, keyNumber) => ({
      ...target,
      upstream: { ...target.upstream, key },
      keyNumber,
    }));
    return [...each.slice(first), ...each.slice(0, first)];
  });
  for (const [name, next] of begun) turns.set(name, next);
  return keyed;
}

/** A name that tells the keys of a target apart, and nothing of them. */
export function keyedName(target: Target): string {
  return target.keyNumber === undefined ? targetName(target) : `${targetName(target)}#${target.keyNumber}`;
}
