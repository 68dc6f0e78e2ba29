/** What a key may do and spend, as its object holds it. */
import { NamePattern } from '../config/name-pattern.ts';

/** How often a budget begins anew. */
export type BudgetPeriod = 'day' | 'week' | 'month' | 'total';

/** A budget. Amounts of money are whole nano-dollars (2^53 of them are 9 million dollars), others are tokens. */
export interface Budget {
  readonly unit: 'usd' | 'tokens';
  readonly amount: number;
  readonly period: BudgetPeriod;
}

/** What tokens and their cost come to in a budget's unit: an unknown cost, and anything without a budget, to nothing. */
export function unitsOf(
  {
    cost,
    prompt,
    completion,
  }: { readonly cost: number | null; readonly prompt: number; readonly completion: number },
  budget: Budget | null,
): number {
  if (budget === null) return 0;
  return budget.unit === 'usd' ? (cost ?? 0) : prompt + completion;
}

/** A budget with what is spent and held of it in one period, in its unit. */
export interface BudgetBalance extends Budget {
  readonly spent: number;
  readonly held: number;
  /** When the next period begins, milliseconds since 1970; null for never. */
  readonly resetsAt: number | null;
}

/** What is left of a budget, in its unit. */
export function leftOf({ amount, spent, held }: BudgetBalance): number {
  return Math.max(0, amount - spent - held);
}

/**
 * Why a budget has no room for a hold, if so: `held` where calls under way may give some back.
 * @param released what the same call holds now and would give back.
 */
export function shortageOf(
  budget: BudgetBalance | null,
  hold: number,
  released: number,
): 'insufficient' | 'held' | undefined {
  if (budget === null) return undefined;
  const { amount, spent, held } = budget;
  if (spent + hold > amount) return 'insufficient';
  return spent + hold + held - released > amount ? 'held' : undefined;
}

/** A key's limits. */
export interface KeyLimits {
  /** Patterns of the names that may be asked for; empty for all. */
  readonly models: readonly string[];
  /** Requests and tokens a minute; null for no limit. */
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly budget: Budget | null;
  /** `strict`: what a call holds is a bound of what it can cost. `typical`: it is an estimate. */
  readonly holds: 'strict' | 'typical';
  /** An admission is on disk before it is answered. */
  readonly durable: boolean;
  /** The responses that the operator's account stores are open to the key. */
  readonly stateful: boolean;
  /** `fill`: a stream is asked for its usage. `estimate`: its request is left alone. */
  readonly streamUsage: 'fill' | 'estimate';
  /** Every stream of the key is recorded where the server records any, asked for or not. */
  readonly resumable: boolean;
  /** When the key runs out, milliseconds since 1970; null for never. */
  readonly expiresAt: number | null;
}

/** Tells which names these patterns let a key ask for: all where there are none. */
export function modelTest(models: KeyLimits['models']): (name: string) => boolean {
  const patterns = models.map((glob) => new NamePattern(glob));
  return (name) => patterns.length === 0 || patterns.some((pattern) => pattern.test(name));
}

/** One dollar. */
export const NANO = 1_000_000_000;

/** The limits of a key that was issued without any. */
export const NO_LIMITS: KeyLimits = {
  models: [],
  rpm: null,
  tpm: null,
  budget: null,
  holds: 'strict',
  durable: false,
  stateful: false,
  streamUsage: 'fill',
  resumable: false,
  expiresAt: null,
};
