/** Keys on the wire: OpenAI's forms of service accounts and project keys, and the gateway's own `limits` and `left`. */
import * as z from 'zod/mini';
import { wireId } from '../access/key-form.ts';
import { duration, inUnit, seconds } from './amounts.ts';
import type { Balance, KeyView, Rate } from './key-service.ts';
import { type Budget, type KeyLimits, leftOf, NANO, NO_LIMITS } from './limits.ts';
import type { KeyListing, ServiceAccount } from './listings.ts';

const PERIODS = ['day', 'week', 'month', 'total'] as const;
const MOST_USD = 9_000_000;

const count = z.int().check(z.gte(1), z.lte(1e12));
const budgetSchema = z
  .strictObject({
    usd: z.optional(z.number().check(z.gt(0), z.lte(MOST_USD))),
    tokens: z.optional(count),
    period: z._default(z.enum(PERIODS), 'month'),
  })
  .check(
    z.refine(
      ({ usd, tokens }) => (usd === undefined) !== (tokens === undefined),
      'it needs either usd or tokens',
    ),
  );

/** Limits as they are asked for: null takes one away, an absent one stays. */
const limitsSchema = z.strictObject({
  models: z.optional(
    z.nullable(z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(z.maxLength(100))),
  ),
  expires_in_seconds: z.optional(z.nullable(count)),
  rpm: z.optional(z.nullable(count)),
  tpm: z.optional(z.nullable(count)),
  budget: z.optional(z.nullable(budgetSchema)),
  holds: z.optional(z.enum(['strict', 'typical'])),
  durable: z.optional(z.boolean()),
  stateful: z.optional(z.boolean()),
  stream_usage: z.optional(z.enum(['fill', 'estimate'])),
  resumable: z.optional(z.boolean()),
});

type AskedLimits = z.output<typeof limitsSchema>;

const name = z.string().check(z.minLength(1), z.maxLength(200));

const limits = z.optional(z.nullable(limitsSchema));
const lifetime = z.optional(z.nullable(count));
/** Scopes are permissions at OpenAI. To take them and not to heed them would open what they close. */
const scopes = z.optional(
  z.nullable(
    z
      .array(z.unknown())
      .check(z.maxLength(0, 'they are not kept here: limits.models says what a key may use')),
  ),
);

/** The body of a request for a service account and its first key. */
export const accountSchema = z
  .object({
    name,
    limits,
    expires_in_seconds: lifetime,
    create_service_account_only: z.optional(z.nullable(z.boolean())),
  })
  .check(
    z.refine(
      ({ expires_in_seconds: seconds, create_service_account_only: isAlone }) =>
        !(isAlone && seconds != null),
      {
        path: ['expires_in_seconds'],
        error: 'it is for the first key, which create_service_account_only leaves out',
      },
    ),
  );

/** The body of a request to change a service account. Roles mean nothing here: there is one. */
export const accountChangeSchema = z.object({
  name: z.optional(name),
  role: z.optional(z.nullable(z.literal('member'))),
});

/** The body of a request for a further key of a service account. */
export const keySchema = z.object({ name: z.optional(name), limits, expires_in_seconds: lifetime, scopes });

/** The body of a request to change a key. */
export const changeSchema = z.object({
  name: z.optional(name),
  limits,
  expires_in_seconds: lifetime,
  scopes,
});

/** The part of a request that says limits. OpenAI's own member for the lifetime counts before ours. */
interface AskedOfKey {
  readonly limits?: AskedLimits | null | undefined;
  readonly expires_in_seconds?: number | null | undefined;
}

/** The limits that are asked for, on top of those that there are. */
export function limitsFrom(
  { limits: given, expires_in_seconds: lifetimeS }: AskedOfKey,
  now: number,
  before: KeyLimits = NO_LIMITS,
): KeyLimits {
  const asked = given ?? {};
  const budget = asked.budget === undefined ? before.budget : budgetOf(asked.budget);
  const seconds = lifetimeS === undefined ? asked.expires_in_seconds : lifetimeS;
  return {
    models: asked.models === undefined ? before.models : (asked.models ?? []),
    rpm: asked.rpm === undefined ? before.rpm : asked.rpm,
    tpm: asked.tpm === undefined ? before.tpm : asked.tpm,
    budget,
    holds: asked.holds ?? before.holds,
    // What is spent of a total never comes back, so none of it may be forgotten.
    durable: asked.durable ?? (before === NO_LIMITS ? budget?.period === 'total' : before.durable),
    stateful: asked.stateful ?? before.stateful,
    streamUsage: asked.stream_usage ?? before.streamUsage,
    resumable: asked.resumable ?? before.resumable,
    expiresAt: seconds === undefined ? before.expiresAt : seconds === null ? null : now + seconds * 1000,
  };
}

function budgetOf(asked: NonNullable<AskedLimits['budget']> | null): Budget | null {
  if (asked === null) return null;
  const { usd, tokens, period } = asked;
  return usd === undefined
    ? { unit: 'tokens', amount: tokens ?? 0, period }
    : { unit: 'usd', amount: Math.round(usd * NANO), period };
}

/** A service account. */
export function serviceAccount({ id, name: called, createdAt }: ServiceAccount) {
  return {
    object: 'organization.project.service_account',
    id: `svc_acct_${id}`,
    name: called,
    role: 'member',
    created_at: seconds(createdAt),
  };
}

/** A key as it is shown once: with its value. */
export function newKey({ id, name: called, createdAt, limits }: KeyListing, value: string) {
  return {
    object: 'organization.project.service_account.api_key',
    id: wireId(id),
    name: called,
    created_at: seconds(createdAt),
    expires_at: seconds(limits.expiresAt),
    value,
  };
}

/** A key in a list. `view` is undefined where its object was not asked. */
export function projectKey(listing: KeyListing, view: KeyView | undefined) {
  const { id, name: called, redacted, createdAt, revokedAt, limits } = listing;
  const { object: _, ...account } = serviceAccount(listing.account);
  return {
    object: 'organization.project.api_key',
    id: wireId(id),
    name: called,
    redacted_value: redacted,
    created_at: seconds(createdAt),
    last_used_at: seconds(view?.lastUsed ?? null),
    expires_at: seconds(limits.expiresAt),
    owner: { type: 'service_account', service_account: account },
    owner_project_access: revokedAt === null ? 'active' : 'inactive',
    revoked_at: seconds(revokedAt),
    limits: shownLimits(limits),
    left: view === undefined ? null : shownBalance(view.balance),
    open_calls: view?.open ?? null,
  };
}

/** What a key may see of itself. */
export function ownKey({ profile, balance, open, lastUsed }: KeyView) {
  const { id, name: called, createdAt, limits } = profile;
  return {
    object: 'key',
    id: wireId(id),
    name: called,
    created_at: seconds(createdAt),
    last_used_at: seconds(lastUsed),
    expires_at: seconds(limits.expiresAt),
    limits: shownLimits(limits),
    left: shownBalance(balance),
    open_calls: open,
  };
}

function shownLimits(limits: KeyLimits) {
  const { models, rpm, tpm, budget, holds, durable, stateful, streamUsage, resumable } = limits;
  return {
    models,
    rpm,
    tpm,
    budget: budget === null ? null : { [budget.unit]: inUnit(budget.amount, budget), period: budget.period },
    holds,
    durable,
    stateful,
    stream_usage: streamUsage,
    resumable,
  };
}

function shownBalance({ requests, tokens, budget }: Balance) {
  return {
    requests_per_minute: requests === null ? null : rate(requests),
    tokens_per_minute: tokens === null ? null : rate(tokens),
    budget:
      budget === null
        ? null
        : {
            unit: budget.unit,
            spent: inUnit(budget.spent, budget),
            held: inUnit(budget.held, budget),
            left: inUnit(leftOf(budget), budget),
            resets_at: seconds(budget.resetsAt),
          },
  };
}

function rate({ limit, remaining, resetMs }: Rate) {
  return { limit, remaining, reset: duration(resetMs) };
}
