/**
 * A key's budget, holds and rows: every decision, in memory, in one synchronous turn. Disk is written behind the answer
 * by `flush`, in one transaction; what a rebuild needs stands there.
 */
import { equal } from '../access/key-form.ts';
import { boundsOf, fittingAnswer, mostCompletion, mostTokens, mostUnits } from './bounds.ts';
import { begunCall, lostRow, minuteTokens, openRow, settledRow, withCharge } from './call-row.ts';
import type {
  Admitted,
  Balance,
  BegunCall,
  KeyView,
  NextAttempt,
  RefusalReason,
  Refused,
  ReserveRequest,
  Settlement,
} from './key-service.ts';
import {
  type Budget,
  type BudgetBalance,
  type KeyLimits,
  leftOf,
  modelTest,
  NO_LIMITS,
  shortageOf,
  unitsOf,
} from './limits.ts';
import { MINUTE_MS, MinuteWindow } from './minute.ts';
import { delivered, type Parcel, parcelOf, sealed, tellAt, withRow } from './parcels.ts';
import { BudgetPeriods } from './periods.ts';
import {
  type CallRow,
  FRESH_STATE,
  idOf,
  type KeyProfile,
  type KeyState,
  type KeyStore,
  STATUS,
} from './store.ts';

const DAY_MS = 86_400_000;
/** Rows that are read at a time. */
const ROWS_AT_ONCE = 1000;
/** A question that has waited longer than this for an object to start is given up, clocks that differ included. */
const LATEST_MS = 10_000;
/** So many ends that overtook their beginnings are remembered. */
const MOST_OVERTAKEN = 10_000;
/** Rows that one alarm deletes. */
const DELETED_AT_ONCE = 500;
/** Old rows are looked for so often. */
const RETENTION_MS = 3_600_000;

/** What the operator set for all keys. */
export interface LedgerConfig {
  readonly timeZone: string;
  /** How long an open call keeps its hold without a sign, milliseconds. */
  readonly holdMs: number;
  readonly keepDays: number;
}

/** The ledger of one payer. */
export class KeyLedger {
  readonly #store: KeyStore;
  readonly #config: LedgerConfig;
  #profile: KeyProfile | undefined;
  #mayUse = modelTest([]);
  #state: KeyState;
  readonly #open = new Map<string, CallRow>();
  /** Calls whose end came before their beginning, which may still be on its way. */
  readonly #overtaken = new Set<string>();
  readonly #startedAt: number;
  /** Rows that are not on disk as they stand. */
  readonly #dirty = new Map<string, CallRow>();
  #isStateDirty = false;
  /** Held by open calls, by the period in which each began. */
  readonly #held = new Map<string, number>();
  readonly #minute = new MinuteWindow();
  readonly #periods: BudgetPeriods;
  #nextRetention = 0;

  constructor(store: KeyStore, config: LedgerConfig, now: number) {
    this.#store = store;
    this.#config = config;
    this.#startedAt = now;
    this.#periods = new BudgetPeriods(config.timeZone);
    this.#useProfile(store.profile());
    this.#state = store.state() ?? FRESH_STATE;
    for (const row of store.openRows(this.#state.oldest)) this.#hold(row);
    if (this.#limits.rpm !== null || this.#limits.tpm !== null) {
      const recent = store.rows(idOf(now - MINUTE_MS), 'g', Number.MAX_SAFE_INTEGER);
      for (const row of recent) this.#minute.add(row.id, row.at, minuteTokens(row));
    }
  }

  get profile(): KeyProfile | undefined {
    return this.#profile;
  }

  /** Makes the key, or changes it. */
  save(profile: KeyProfile, now: number): void {
    const before = this.#limits.budget;
    this.flush();
    this.#store.saveProfile(profile);
    this.#useProfile(profile);
    const { budget } = profile.limits;
    if (budget !== null && (before?.unit !== budget.unit || before.period !== budget.period)) {
      this.#countAgain(budget, before, now);
    }
  }

  /** Counts what was spent in a budget of another kind, out of the rows; holds of another unit mean nothing in it. */
  #countAgain(budget: Budget, before: Budget | null, now: number): void {
    const { index, start } = this.#periods.of(budget, now);
    const isOtherUnit = before?.unit !== budget.unit;
    let spent = 0;
    for (let from = idOf(start), rows = this.#store.rows(from, 'g', ROWS_AT_ONCE); rows.length > 0; ) {
      for (const row of rows) {
        const charge = unitsOf(row, budget);
        spent += charge;
        // What comes late is compared with what is booked.
        if (isOtherUnit && row.status === STATUS.lost) this.#dirty.set(row.id, { ...row, charge });
      }
      from = rows.at(-1)?.id ?? 'g';
      rows = this.#store.rows(from, 'g', ROWS_AT_ONCE);
    }
    this.#useState({ ...this.#state, spent: { ...this.#state.spent, [index]: spent } });
    this.#held.clear();
    for (const row of this.#open.values()) {
      if (isOtherUnit) this.#put({ ...row, hold: 0, charge: unitsOf(row, budget) });
      else this.#addHeld(row.at, row.hold);
    }
    this.flush();
  }

  /** Decides about a call, and holds what it may take. */
  reserve({ id, at, digest, call }: ReserveRequest, now: number): Admitted | Refused {
    const denied = this.#denied(digest, now);
    if (denied !== undefined) return { kind: 'refused', reason: denied, balance: null };
    const limits = this.#limits;
    const refuse = (reason: RefusalReason): Refused => ({
      kind: 'refused',
      ...reason,
      balance: this.balance(now),
    });
    if (!this.#mayUse(call.model)) return refuse({ reason: 'model' });
    if (this.#isKnown(id, at)) return refuse({ reason: 'unknown' });
    if (limits.rpm !== null) {
      const retryMs = this.#minute.requestWaitMs(limits.rpm, now);
      if (retryMs > 0) return refuse({ reason: 'requests', retryMs });
    }
    const budget = this.#budgetAt(at);
    const left = budget === null ? Number.MAX_SAFE_INTEGER : leftOf(budget);
    const bounds = boundsOf(call, limits, left);
    if ('unpriced' in bounds) return refuse({ reason: 'unpriced', of: bounds.unpriced, what: bounds.what });
    const tokens = mostTokens(bounds);
    if (limits.tpm !== null) {
      if (tokens > limits.tpm) return refuse({ reason: 'too_large', bound: tokens });
      const retryMs = this.#minute.tokenWaitMs(limits.tpm, tokens, now);
      if (retryMs > 0) return refuse({ reason: 'tokens', retryMs });
    }
    const hold = mostUnits(bounds, budget);
    const shortage = shortageOf(budget, hold, 0);
    if (shortage !== undefined) {
      const fits = fittingAnswer(bounds, budget, left);
      return refuse({ reason: shortage, hold, completion: mostCompletion(bounds), fits });
    }
    this.#put({
      ...openRow(begunCall(id, at, call)),
      hold,
      bound: tokens,
      until: now + this.#config.holdMs,
    });
    this.#minute.add(id, now, tokens);
    return { kind: 'admitted', limits, bounds, balance: this.balance(now) };
  }

  /**
   * Whether a call has begun already, or its end has overtaken it: whoever asked has given up then. What an earlier object
   * may have been told is looked up on disk; to do so for every call would cost as much as the decision.
   */
  #isKnown(id: string, at: number): boolean {
    if (this.#open.has(id) || this.#overtaken.has(id)) return true;
    return at < this.#startedAt + LATEST_MS && this.#store.row(id) !== undefined;
  }

  #remember(id: string): void {
    this.#overtaken.add(id);
    const [oldest] = this.#overtaken;
    if (this.#overtaken.size > MOST_OVERTAKEN && oldest !== undefined) this.#overtaken.delete(oldest);
  }

  /** Writes an open row for a payer without limits. */
  announce(call: BegunCall, now: number): void {
    if (this.#isKnown(call.id, call.at)) return;
    this.#put({ ...openRow(call), until: now + this.#config.holdMs });
  }

  /** Books what a failed attempt may have cost, and holds what another may take; false where that does not fit. */
  next({ id, failed, bound }: NextAttempt, now: number): boolean {
    const row = this.#open.get(id);
    if (row === undefined) return false;
    const budget = this.#budgetAt(row.at);
    const booked = unitsOf(failed, budget);
    const hold = mostUnits([bound], budget);
    const isTooMuch = shortageOf(budget, hold + booked, row.hold) !== undefined;
    this.#spend(row.at, booked);
    this.#put({
      ...row,
      ...withCharge(row, failed, booked),
      hold: isTooMuch ? 0 : hold,
      until: now + this.#config.holdMs,
      attempts: row.attempts + (isTooMuch ? 0 : 1),
    });
    return !isTooMuch;
  }

  /** Books the end of a call. Of one that is settled already nothing changes; of a lost one the booking is corrected. */
  settle(end: Settlement): void {
    const before = this.#open.get(end.id) ?? this.#dirty.get(end.id) ?? this.#store.row(end.id);
    if (before !== undefined && before.status !== STATUS.open && before.status !== STATUS.lost) return;
    const { budget } = this.#limits;
    const charge = unitsOf(end.earlier, budget) + unitsOf(end, budget);
    const row = settledRow(end, charge, before?.bound);
    this.#spend(row.at, charge - (before?.charge ?? 0));
    if (before === undefined) this.#remember(row.id);
    this.#close(row, before);
  }

  /** Keeps a running call's hold. True where the call is to end. */
  extend(id: string, now: number): boolean {
    const row = this.#open.get(id);
    if (row !== undefined) this.#put({ ...row, until: now + this.#config.holdMs });
    return this.#profile?.stopped === true;
  }

  /** Books what was never settled, at the whole hold: giving it back would make a crash a discount. */
  loseOrphans(now: number): void {
    for (const row of [...this.#open.values()]) {
      if (row.until > now) continue;
      this.#spend(row.at, row.hold);
      this.#close(lostRow(row, this.#limits.budget?.unit, now), row);
    }
  }

  /** Deletes what is older than the operator keeps; true while there is more. */
  forgetOld(now: number): boolean {
    if (now < this.#nextRetention) return false;
    const deleted = this.#store.deleteBefore(idOf(now - this.#config.keepDays * DAY_MS), DELETED_AT_ONCE);
    if (deleted < DELETED_AT_ONCE) this.#nextRetention = now + RETENTION_MS;
    return deleted === DELETED_AT_ONCE;
  }

  /** Why this digest opens nothing, if so. */
  #denied(digest: string, now: number): 'unknown' | 'expired' | undefined {
    const profile = this.#profile;
    if (profile === undefined || profile.revokedAt !== null || !equal(profile.digest, digest))
      return 'unknown';
    const { expiresAt } = profile.limits;
    return expiresAt !== null && expiresAt <= now ? 'expired' : undefined;
  }

  /** The key as it stands. */
  view(digest: string | null, now: number): KeyView | Refused | undefined {
    const profile = this.#profile;
    if (digest !== null) {
      const denied = this.#denied(digest, now);
      if (denied !== undefined) return { kind: 'refused', reason: denied, balance: null };
    }
    if (profile === undefined) return undefined;
    const { digest: _, ...shown } = profile;
    return {
      profile: shown,
      balance: this.balance(now),
      open: this.#open.size,
      lastUsed: this.#state.lastUsed,
    };
  }

  /** How many calls are open. */
  get openCalls(): number {
    return this.#open.size;
  }

  /** What is left now. */
  balance(now: number): Balance {
    const { rpm, tpm } = this.#limits;
    return {
      requests: rpm === null ? null : this.#minute.requests(rpm, now),
      tokens: tpm === null ? null : this.#minute.tokens(tpm, now),
      budget: this.#budgetAt(now),
    };
  }

  /** Rows as they stand, those that are not on disk yet included. */
  rows(from: string, to: string, limit: number): readonly CallRow[] {
    this.flush();
    return this.#store.rows(from, to, limit);
  }

  /** Whether `flush` has anything to write. */
  get isDirty(): boolean {
    return this.#dirty.size > 0 || this.#isStateDirty;
  }

  /** Writes what has changed, in one transaction. */
  flush(): void {
    if (!this.isDirty) return;
    const oldest = [...this.#open.keys()].reduce((least, id) => (id < least ? id : least), 'g');
    this.#state = {
      ...this.#state,
      oldest: oldest === 'g' ? newest(this.#dirty.keys(), this.#state.oldest) : oldest,
    };
    this.#store.write([...this.#dirty.values()], this.#state);
    this.#dirty.clear();
    this.#isStateDirty = false;
  }

  /** When there is something to do without being asked, milliseconds since 1970; undefined for never. */
  get wakeAt(): number | undefined {
    let least = tellAt(this.#state);
    for (const { until } of this.#open.values()) least = Math.min(least ?? until, until);
    return least;
  }

  /** The next parcel for the books, frozen until `told` says that it has arrived; undefined where there is none. */
  parcel(): Parcel | undefined {
    this.#useState(sealed(this.#state));
    return parcelOf(this.#state);
  }

  /** The books have a parcel. */
  told(number: number): void {
    this.#useState(delivered(this.#state, number));
  }

  /** Prices a settled row that had no price. Its booking stays: a key with a budget in money has no such rows. */
  reprice(row: CallRow, cost: number): void {
    const now = this.#dirty.get(row.id) ?? this.#store.row(row.id);
    if (now === undefined || now.status === STATUS.open || now.cost !== null) return;
    const priced = { ...now, cost };
    this.#useState(withRow(withRow(this.#state, now, -1), priced, 1));
    this.#dirty.set(priced.id, priced);
  }

  get #limits(): KeyLimits {
    return this.#profile?.limits ?? NO_LIMITS;
  }

  #useProfile(profile: KeyProfile | undefined): void {
    this.#profile = profile;
    this.#mayUse = modelTest(this.#limits.models);
  }

  /** The budget in the period of a moment. */
  #budgetAt(at: number): BudgetBalance | null {
    const { budget } = this.#limits;
    if (budget === null) return null;
    const { index, end } = this.#periods.of(budget, at);
    const [spent, held] = [this.#state.spent[index] ?? 0, this.#held.get(index) ?? 0];
    return { ...budget, spent, held, resetsAt: end };
  }

  #hold(row: CallRow): void {
    this.#open.set(row.id, row);
    this.#addHeld(row.at, row.hold);
  }

  #put(row: CallRow): void {
    const before = this.#open.get(row.id);
    this.#open.set(row.id, row);
    this.#addHeld(row.at, row.hold - (before?.hold ?? 0));
    this.#dirty.set(row.id, row);
  }

  #close(row: CallRow, before: CallRow | undefined): void {
    if (this.#open.delete(row.id)) this.#addHeld(row.at, -(before?.hold ?? 0));
    if (before?.status === STATUS.lost) this.#useState(withRow(this.#state, before, -1));
    this.#useState(withRow(this.#state, row, 1));
    this.#dirty.set(row.id, row);
    this.#minute.correct(row.id, minuteTokens(row));
    if (row.ended > (this.#state.lastUsed ?? 0)) this.#useState({ ...this.#state, lastUsed: row.ended });
  }

  #useState(state: KeyState): void {
    if (state !== this.#state) this.#isStateDirty = true;
    this.#state = state;
  }

  #addHeld(at: number, amount: number): void {
    const { budget } = this.#limits;
    if (budget === null || amount === 0) return;
    const { index } = this.#periods.of(budget, at);
    this.#held.set(index, (this.#held.get(index) ?? 0) + amount);
  }

  #spend(at: number, amount: number): void {
    const { budget } = this.#limits;
    if (budget === null || amount === 0) return;
    const { index } = this.#periods.of(budget, at);
    const spent = { ...this.#state.spent, [index]: (this.#state.spent[index] ?? 0) + amount };
    this.#useState({ ...this.#state, spent });
  }
}

function newest(ids: Iterable<string>, least: string): string {
  let found = least;
  for (const id of ids) if (id > found) found = id;
  return found;
}
