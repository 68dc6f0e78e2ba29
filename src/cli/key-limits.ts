/** The limits of an issued key: what the options ask for, and how they read. Pure. */
import * as z from 'zod';
import { CommandError } from './exit.ts';
import type { Words } from './words.ts';

/** The options of limits, as they were typed. `none` takes a limit away. */
export interface LimitOptions {
  readonly models?: readonly string[];
  readonly rpm?: string;
  readonly tpm?: string;
  readonly budget?: string;
  readonly expires?: string;
  readonly holds?: string;
  readonly durable?: string;
  readonly stateful?: string;
  readonly streamUsage?: string;
  readonly resumable?: string;
}

/** What takes a limit away. */
const NONE = 'none';

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * The member `limits` of a request; a limit that no option names is left out.
 * @throws {CommandError} for an option that says no limit.
 */
export function limitsOf(options: LimitOptions, words: Words): Readonly<Record<string, unknown>> {
  const { models, rpm, tpm, budget, expires, holds, durable, stateful, streamUsage, resumable } = options;
  const names = models?.flatMap((list) => list.split(',')).map((name) => name.trim());
  return {
    ...(names !== undefined && {
      models: names.join() === NONE ? null : names.filter((name) => name !== ''),
    }),
    ...(rpm !== undefined && { rpm: countOf(rpm, '--rpm', words) }),
    ...(tpm !== undefined && { tpm: countOf(tpm, '--tpm', words) }),
    ...(budget !== undefined && { budget: budgetOf(budget, words) }),
    ...(expires !== undefined && { expires_in_seconds: secondsOf(expires, words) }),
    ...(holds !== undefined && { holds }),
    ...(durable !== undefined && { durable: durable === 'yes' }),
    ...(stateful !== undefined && { stateful: stateful === 'yes' }),
    ...(streamUsage !== undefined && { stream_usage: streamUsage }),
    ...(resumable !== undefined && { resumable: resumable === 'yes' }),
  };
}

function countOf(text: string, option: string, words: Words): number | null {
  if (text === NONE) return null;
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new CommandError(words.badCount(option));
  return Number(text);
}

/** `5`, `$5/month`, `1000000tokens/day`, `none`. */
function budgetOf(text: string, words: Words): object | null {
  if (text === NONE) return null;
  const [, dollar, amount, unit = '', period = 'month'] =
    /^(\$?)(\d+(?:\.\d+)?)\s*(usd|tokens?)?(?:\/(day|week|month|total))?$/i.exec(text.trim()) ?? [];
  const isTokens = unit.toLowerCase().startsWith('token');
  const isUsable =
    amount !== undefined && Number(amount) > 0 && !(isTokens && (dollar !== '' || amount.includes('.')));
  if (!isUsable) throw new CommandError(words.badBudget);
  return { [isTokens ? 'tokens' : 'usd']: Number(amount), period: period.toLowerCase() };
}

function secondsOf(text: string, words: Words): number | null {
  if (text === NONE) return null;
  const [, amount, unit = ''] = /^([1-9]\d{0,5})([mhdw])$/.exec(text.trim()) ?? [];
  const seconds = SECONDS[unit];
  if (amount === undefined || seconds === undefined) throw new CommandError(words.badDuration);
  return Number(amount) * seconds;
}

const budgetSchema = z.looseObject({
  usd: z.number().optional(),
  tokens: z.number().optional(),
  period: z.string(),
});

/** The limits of a key, as the API shows them. */
export const limitsSchema = z.looseObject({
  models: z.array(z.string()).default([]),
  rpm: z.number().nullish(),
  tpm: z.number().nullish(),
  budget: budgetSchema.nullish(),
});

/** What is left of them. */
export const leftSchema = z.looseObject({
  budget: z
    .looseObject({
      unit: z.string(),
      spent: z.number(),
      held: z.number(),
      left: z.number(),
      resets_at: z.number().nullish(),
    })
    .nullish(),
});

/** A budget for people: `$5/month`, `1,000,000 tokens/day`; empty for none. */
export function shownBudget(budget: z.output<typeof limitsSchema>['budget']): string {
  if (budget == null) return '';
  const { usd, tokens, period } = budget;
  return `${usd === undefined ? shownUnits(tokens ?? 0, 'tokens') : shownUnits(usd, 'usd')}/${period}`;
}

/** Dollars or tokens for people. Dollars have as many decimals as they need, two at least. */
export function shownUnits(value: number, unit: string): string {
  if (unit !== 'usd') return `${value.toLocaleString('en-US')} tokens`;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;
}
