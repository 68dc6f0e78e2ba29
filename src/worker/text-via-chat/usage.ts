/** The usage of several chat calls as that of one legacy answer. */
import { numberOf } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';

/** Without all three, clients reject the object. */
const REQUIRED = ['prompt_tokens', 'completion_tokens', 'total_tokens'];

/** A usage object: numbers, and objects of numbers for the details. */
export type Usage = Readonly<Record<string, unknown>>;

/** A usage object that clients can read, or undefined. */
export function usageOf(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  return REQUIRED.every((key) => numberOf(value[key]) !== undefined) ? value : undefined;
}

/** The key-wise sum, details included; undefined as soon as one call reported none, for half a bill is a wrong one. */
export function sumUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const [first, ...rest] = usages;
  if (first === undefined) return undefined;
  let sum = first;
  for (const usage of rest) {
    if (usage === undefined) return undefined;
    sum = add(sum, usage);
  }
  return sum;
}

function add(left: Usage, right: Usage): Usage {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...keys].map((key) => [key, addValues(left[key], right[key])]));
}

function addValues(left: unknown, right: unknown): unknown {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a + b;
  if (a === undefined && b === undefined && isRecord(left) && isRecord(right)) return add(left, right);
  return left ?? right;
}
