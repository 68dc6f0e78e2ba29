/** What a key's object can be asked, and what it answers: plain data, since it may be asked from far away. */
import type { CallFacts } from './call-facts.ts';
import type { Bound } from './estimate.ts';
import type { BudgetBalance, KeyLimits } from './limits.ts';
import type { CallRow, KeyProfile } from './store.ts';

/** Asks for a call to be admitted. */
export interface ReserveRequest {
  readonly id: string;
  /** When the call began, milliseconds since 1970. */
  readonly at: number;
  readonly digest: string;
  readonly call: CallFacts;
}

/** What is left of a key's limits; null where there is no limit. */
export interface Balance {
  readonly requests: Rate | null;
  readonly tokens: Rate | null;
  readonly budget: BudgetBalance | null;
}

/** A limit a minute. */
export interface Rate {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the limit is whole again. */
  readonly resetMs: number;
}

/** A call that may be made, with what it holds at each of its targets. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly limits: KeyLimits;
  readonly bounds: readonly Bound[];
  readonly balance: Balance;
}

/** Why a call may not be made. */
export type RefusalReason =
  | { readonly reason: 'unknown' | 'expired' | 'model' | 'stateful' }
  | { readonly reason: 'unpriced'; readonly of: 'model' | 'endpoint'; readonly what: string }
  | { readonly reason: 'requests' | 'tokens'; readonly retryMs: number }
  | { readonly reason: 'too_large'; readonly bound: number }
  | {
      readonly reason: 'insufficient' | 'held';
      readonly hold: number;
      readonly completion: number;
      /** The longest answer that would fit now, in tokens; null where none would. */
      readonly fits: number | null;
    };

/** A call that may not be made. */
export type Refused = RefusalReason & { readonly kind: 'refused'; readonly balance: Balance | null };

/** What a call, or one attempt of it, came to. */
export interface Charge {
  readonly prompt: number;
  readonly cached: number;
  readonly written: number;
  readonly completion: number;
  /** Nano-dollars; null where it is not known. */
  readonly cost: number | null;
  readonly estimated: boolean;
  readonly source: CallRow['source'];
}

/** A call as it is known when it begins. */
export type BegunCall = Pick<CallRow, 'id' | 'at' | 'model' | 'target' | 'endpoint'>;

/** The end of a call, and what its last attempt came to. */
export interface Settlement extends BegunCall, Charge {
  /** What the attempts before it came to. An object that knows of them already does not book them again. */
  readonly earlier: Charge;
  readonly status: number;
  readonly ended: number;
  readonly ttft: number | null;
  readonly http: number | null;
  readonly attempts: number;
  readonly calls: number;
}

/** A further attempt: what the failed one may have cost, and what the next one may take. */
export interface NextAttempt {
  readonly id: string;
  readonly failed: Charge;
  readonly bound: Bound;
}

/** A key as it stands. */
export interface KeyView {
  readonly profile: Omit<KeyProfile, 'digest'>;
  readonly balance: Balance;
  readonly open: number;
  readonly lastUsed: number | null;
}

/** What of a key may change. */
export type KeyChange = Partial<Pick<KeyProfile, 'name' | 'limits' | 'revokedAt' | 'stopped'>>;

/** A key's object. */
export interface KeyService {
  /** Makes the key. */
  save(profile: KeyProfile): Promise<void>;
  /** Changes what it is; what is not named stays. */
  change(change: KeyChange): Promise<void>;
  reserve(request: ReserveRequest): Promise<Admitted | Refused>;
  /** Writes an open row for a payer without limits. */
  announce(call: BegunCall): Promise<void>;
  /** False where the budget has no room for another attempt. */
  next(attempt: NextAttempt): Promise<boolean>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** Keeps a running call's hold; true where the key was stopped and the call is to end. */
  extend(id: string): Promise<boolean>;
  /** The key as it stands: for its holder, by digest, or for the operator. Undefined where there is none. */
  view(digest: string | null): Promise<KeyView | Refused | undefined>;
  /** How many calls are open. */
  openCalls(): Promise<number>;
  rows(from: string, to: string, limit: number): Promise<readonly CallRow[]>;
  /** Sends the pending sums to the books now. */
  tell(): Promise<void>;
}
