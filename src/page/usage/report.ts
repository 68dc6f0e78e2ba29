/** What the server says of usage and keys, read without trusting it. Pure. */
import { list, number, record, text } from '../api/json.ts';

/** Sums of calls. */
export interface Figures {
  readonly requests: number;
  readonly errors: number;
  readonly cut: number;
  readonly left: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** US dollars; null where nothing of it is known. */
  readonly cost: number | null;
  readonly unpriced: number;
  readonly estimated: number;
  /** Milliseconds to the first content of a stream, on average. */
  readonly firstMs: number | null;
}

/** Sums under a name: a model, or a key by its id. */
export interface NamedFigures extends Figures {
  readonly name: string;
}

/** Sums of an hour or a day. */
export interface TimedFigures extends Figures {
  /** Seconds since 1970. */
  readonly at: number;
}

/** A period at one look. Times are seconds since 1970. */
export interface Report {
  readonly start: number;
  readonly end: number;
  readonly width: '1h' | '1d';
  /** The server books calls without an issued key too. */
  readonly booksOthers: boolean;
  readonly booksKeys: boolean;
  readonly total: Figures;
  readonly times: readonly TimedFigures[];
  readonly models: readonly NamedFigures[];
  readonly keys: readonly NamedFigures[];
}

/** No calls. */
export const NO_FIGURES: Figures = readFigures({});

/** Reads `GET /v1/usage/summary`. */
export function readReport(answer: unknown): Report {
  const fields = record(answer);
  const booked = record(fields['booked']);
  const named = (place: string, name: string) =>
    list(fields[place]).map((line) => ({ ...readFigures(line), name: text(record(line)[name]) }));
  return {
    start: number(fields['start_time']) ?? 0,
    end: number(fields['end_time']) ?? 0,
    width: fields['bucket_width'] === '1h' ? '1h' : '1d',
    booksOthers: booked['others'] === true,
    booksKeys: booked['keys'] === true,
    total: readFigures(fields['total']),
    times: list(fields['by_time']).map((line) => ({
      ...readFigures(line),
      at: number(record(line)['start_time']) ?? 0,
    })),
    models: named('by_model', 'model'),
    keys: named('by_key', 'api_key_id'),
  };
}

function readFigures(line: unknown): Figures {
  const fields = record(line);
  const count = (name: string) => number(fields[name]) ?? 0;
  return {
    requests: count('requests'),
    errors: count('errors'),
    cut: count('cut'),
    left: count('client_left'),
    input: count('input_tokens'),
    cached: count('cached_tokens'),
    output: count('output_tokens'),
    cost: fields['cost_usd'] === null ? null : count('cost_usd'),
    unpriced: count('unpriced_requests'),
    estimated: count('estimated_requests'),
    firstMs: number(fields['first_token_ms']) ?? null,
  };
}

/** What a budget is and what is left of it, in its unit. */
export interface Budget {
  readonly unit: 'usd' | 'tokens';
  readonly amount: number;
  readonly period: BudgetPeriod;
  /** Null where the server has not asked the key's object. */
  readonly state: BudgetState | null;
}

/** How often a budget begins anew. */
export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

interface BudgetState {
  readonly spent: number;
  readonly held: number;
  readonly left: number;
  /** Seconds since 1970; null for never. */
  readonly resetsAt: number | null;
}

/** A key as a list shows it, or as it shows itself. Times are seconds since 1970. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly redacted: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly expiresAt: number | null;
  readonly isRevoked: boolean;
  readonly models: readonly string[];
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly budget: Budget | null;
  readonly holds: 'strict' | 'typical';
  /** Calls under way; null where the server has not asked. */
  readonly openCalls: number | null;
}

/** Reads a key of the list, or `GET /v1/key`. */
export function readKey(answer: unknown): Key {
  const fields = record(answer);
  const limits = record(fields['limits']);
  const time = (name: string) => number(fields[name]) ?? null;
  return {
    id: text(fields['id']),
    name: text(fields['name']),
    redacted: text(fields['redacted_value']),
    createdAt: time('created_at') ?? 0,
    lastUsedAt: time('last_used_at'),
    expiresAt: time('expires_at'),
    isRevoked: fields['owner_project_access'] === 'inactive',
    models: list(limits['models']).map(text),
    rpm: number(limits['rpm']) ?? null,
    tpm: number(limits['tpm']) ?? null,
    budget: readBudget(limits['budget'], record(fields['left'])['budget']),
    holds: limits['holds'] === 'typical' ? 'typical' : 'strict',
    openCalls: number(fields['open_calls']) ?? null,
  };
}

function readBudget(limit: unknown, left: unknown): Budget | null {
  const { usd, tokens, period } = record(limit);
  const amount = number(usd) ?? number(tokens);
  if (amount === undefined) return null;
  const { spent, held, left: rest, resets_at: resets } = record(left);
  const known = number(rest) !== undefined;
  return {
    unit: usd === undefined ? 'tokens' : 'usd',
    amount,
    period: BUDGET_PERIODS.find((each) => each === period) ?? 'month',
    state: known
      ? {
          spent: number(spent) ?? 0,
          held: number(held) ?? 0,
          left: number(rest) ?? 0,
          resetsAt: number(resets) ?? null,
        }
      : null,
  };
}

/** Whether the key may still be used. */
export function isUsable({ isRevoked, expiresAt }: Key, nowS: number): boolean {
  return !isRevoked && (expiresAt === null || expiresAt > nowS);
}
