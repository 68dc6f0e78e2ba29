/** What a call, or an attempt, is booked at: the upstream's count, or what can have been charged. Pure. */
import type { TokenUsage } from '../completions/usage.ts';
import { mayReason } from '../config/vendors.ts';
import type { Closing } from '../upstream/account.ts';
import type { CallFacts, TargetFacts } from './call-facts.ts';
import { type Bound, completes, takesTokens, typicalTokens } from './estimate.ts';
import type { Charge } from './key-service.ts';
import { type KeyLimits, NANO } from './limits.ts';
import { type CountedTokens, priceOfTokens, priceOfUnits } from './pricing.ts';
import { STATUS } from './store.ts';

/** A call under way, as far as its booking needs it. */
export interface BookedCall {
  readonly call: CallFacts;
  readonly target: TargetFacts;
  /** The model's name at the target. */
  readonly model: string;
  /** Undefined for payers without limits. */
  readonly bound: Bound | undefined;
  readonly holds: KeyLimits['holds'];
}

/** Nothing is booked. */
export const NO_CHARGE: Charge = {
  prompt: 0,
  cached: 0,
  written: 0,
  completion: 0,
  cost: 0,
  estimated: false,
  source: 'none',
};

/** Nobody counted. */
const ESTIMATED = { estimated: true, source: 'estimated' } as const;

/** Something was charged, and what it was cannot be told. */
const UNKNOWN_CHARGE: Charge = { ...NO_CHARGE, cost: null, ...ESTIMATED };

/** The booking of two attempts that belong to one call; the second one was made last. An unknown cost makes the sum unknown. */
export function sumOfCharges(one: Charge, last: Charge): Charge {
  return {
    prompt: one.prompt + last.prompt,
    cached: one.cached + last.cached,
    written: one.written + last.written,
    completion: one.completion + last.completion,
    cost: addCost(one.cost, last.cost),
    estimated: one.estimated || last.estimated,
    source: last.source === 'none' ? one.source : last.source,
  };
}

/** What is unknown makes the sum unknown. */
export function addCost(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** The booking of an end. @param booked undefined where nothing is known of the call's target. */
export function chargeOf(closing: Closing, booked: BookedCall | undefined): Charge {
  if (closing.end === 'refused' || closing.mayHaveCost === 'nothing') return NO_CHARGE;
  if (booked === undefined) return UNKNOWN_CHARGE;
  if (!takesTokens(booked.call.endpoint)) return byUnits(closing.usage, booked);
  if (closing.end === 'no_answer' && closing.mayHaveCost === 'prompt') return promptOnly(booked);
  if (closing.usage !== undefined) return reported(closing.usage, booked);
  return unknown(closing, booked);
}

/** An endpoint that is paid by the request, picture or character: what was asked for by its price, unless the vendor says more. */
function byUnits(usage: Closing['usage'], booked: BookedCall): Charge {
  const { call, target } = booked;
  const counted = usage === undefined ? undefined : reported(usage, booked);
  if (counted?.source === 'vendor') return counted;
  const cost = priceOfUnits(target.price, call);
  if (cost === null) return counted ?? UNKNOWN_CHARGE;
  return { ...NO_CHARGE, ...counted, cost, ...ESTIMATED };
}

/** The tokens that an upstream reported, as they are booked. */
export function countedTokens(usage: TokenUsage): CountedTokens {
  const prompt = usage.prompt_tokens;
  // Some vendors count reasoning in the total alone.
  const completion = Math.max(usage.completion_tokens, usage.total_tokens - prompt);
  const cached = Math.min(usage.cached_tokens ?? 0, prompt);
  const written = Math.min(usage.cache_write_tokens ?? 0, prompt - cached);
  return { prompt, cached, written, completion };
}

function reported(usage: TokenUsage, { call, target }: BookedCall): Charge {
  const own = usage.cost_usd;
  const counted = countedTokens(usage);
  return own === undefined
    ? {
        ...counted,
        cost: priceOfTokens(target.price, counted, call.extras),
        estimated: false,
        source: 'reported',
      }
    : { ...counted, cost: Math.round(own * NANO), estimated: false, source: 'vendor' };
}

/** The connection failed before an answer began: what was read of the prompt may cost something, the answer nothing. */
function promptOnly({ bound, target, call }: BookedCall): Charge {
  const prompt = bound?.prompt ?? typicalTokens(call.bytes);
  const cost =
    bound === undefined
      ? priceOfTokens(target.price, { ...NO_CHARGE, prompt }, call.extras)
      : bound.promptCost;
  return { ...NO_CHARGE, prompt, cost, ...ESTIMATED };
}

/** Nobody counted: a strict key is booked at what can have been charged, others at an estimate. */
function unknown(closing: Closing, { call, target, model, bound, holds }: BookedCall): Charge {
  const seen = closing.contentBytes ?? 0;
  if (bound === undefined || holds === 'typical') {
    const prompt = Math.min(bound?.prompt ?? Number.POSITIVE_INFINITY, typicalTokens(call.bytes));
    const tokens = { ...NO_CHARGE, prompt, completion: typicalTokens(seen) };
    return { ...tokens, cost: priceOfTokens(target.price, tokens, call.extras), ...ESTIMATED };
  }
  const isVisible = seen > 0 && !mayReason(model);
  const completion =
    completes(call.endpoint) && isVisible ? Math.min(bound.completion, seen) : bound.completion;
  const cost = partOf(bound, completion);
  return { ...NO_CHARGE, prompt: bound.prompt, completion, cost, ...ESTIMATED };
}

function partOf({ cost, promptCost, completion: whole }: Bound, completion: number): number | null {
  if (cost === null || promptCost === null || whole === 0 || completion >= whole) return cost;
  return Math.ceil(promptCost + ((cost - promptCost) * completion) / whole);
}

/** The status that the ledger writes for an end. */
export function statusOf({ end }: Closing): number {
  switch (end) {
    case 'whole':
      return STATUS.whole;
    case 'cut':
    case 'idle':
    case 'stopped':
    case 'unseen':
      return STATUS.cut;
    case 'failed':
      return STATUS.failed;
    case 'client_left':
      return STATUS.client_left;
    case 'no_answer':
      return STATUS.no_answer;
    case 'refused':
      return STATUS.refused;
    case 'handed_over':
      return STATUS.handed_over;
  }
}
