/**
 * A key's budget, holds and rows: every decision, in memory, in one synchronous turn. Disk is written behind the answer
 * by `flush`, in one transaction; what a rebuild needs stands there.
 */
import { equal } from '../access/key-form.ts';
import { NamePattern } from '../config/name-pattern.ts';
import { boundsOf, fittingAnswer, mostCompletion, mostTokens, mostUnits } from './bounds.ts';
import { attemptsOf, begunCall, lostRow, minuteTokens, openRow, settledRow, withCharge } from './call-row.ts';
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
import { type Budget, type KeyLimits, NO_LIMITS, unitsOf } from './limits.ts';
import { MinuteWindow } from './minute.ts';
import { type Period, periodOf } from './periods.ts';
import {
  type CallRow,
  FRESH_STATE,
  idOf,
  type KeyProfile,
  type KeyState,
  type KeyStore,
  STATUS,
} from './store.ts';
import { addSums, bucketOf, sumOf } from './sums.ts';

const MINUTE_MS = 60_000;
/** How long sums wait before they are told. */
const TELL_MS = 60_000;
const DAY_MS = 86_400_000;
/** Rows that are read at a time. */
const ROWS_AT_ONCE = 1000;
/** Rows that one alarm deletes. */
const DELETED_AT_ONCE = 500;
/** Old rows are looked for so often. */
const RETENTION_MS = 3_600_000;
/** More buckets than this are told at once: a parcel must stay small. */
const MOST_BUCKETS = 200;

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
  #patterns: readonly NamePattern[] = [];
  #state: KeyState;
  readonly #open = new Map<string, CallRow>();
  /** Rows that are not on disk as they stand. */
  readonly #dirty = new Map<string, CallRow>();
  #isStateDirty = false;
  /** Held by open calls, by the period in which each began. */
  readonly #held = new Map<string, number>();
  readonly #minute = new MinuteWindow();
  #nextRetention = 0;
  #lastPeriod: (Period & { readonly unit: Budget['unit']; readonly kind: Budget['period'] }) | undefined;

  constructor(store: KeyStore, config: LedgerConfig, now: number) {
    this.#store = store;
    this.#config = config;
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
    const { index, start } = this.#period(budget, now);
    let spent = 0;
    for (let from = idOf(start), rows = this.#store.rows(from, 'g', ROWS_AT_ONCE); rows.length > 0; ) {
      for (const row of rows) spent += unitsOf(row, budget);
      from = rows.at(-1)?.id ?? 'g';
      rows = this.#store.rows(from, 'g', ROWS_AT_ONCE);
    }
    this.#state = { ...this.#state, spent: { ...this.#state.spent, [index]: spent } };
    this.#isStateDirty = true;
    this.#held.clear();
    for (const row of this.#open.values()) {
      if (before?.unit === budget.unit) this.#addHeld(row.at, row.hold);
      else this.#open.set(row.id, { ...row, hold: 0, charge: 0 });
    }
    this.flush();
  }

  /** The period of a moment, under a name that tells the unit too. The last one is kept: calendars cost more than all else here. */
  #period({ unit, period }: Budget, at: number): Period {
    const known = this.#lastPeriod;
    const isSame = known?.unit === unit && known.kind === period;
    if (isSame && at >= known.start && (known.end === null || at < known.end)) return known;
    const found = periodOf(period, at, this.#config.timeZone);
    this.#lastPeriod = { ...found, index: `${unit} ${found.index}`, unit, kind: period };
    return this.#lastPeriod;
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
    if (!this.mayUse(call.model)) return refuse({ reason: 'model' });
    // The call's settlement has overtaken it: whoever asked has given up.
    if (this.#open.has(id) || this.#store.row(id) !== undefined) return refuse({ reason: 'unknown' });
    if (limits.rpm !== null) {
      const retryMs = this.#minute.requestWaitMs(limits.rpm, now);
      if (retryMs > 0) return refuse({ reason: 'requests', retryMs });
    }
    const left = this.#left(at);
    const bounds = boundsOf(call, limits, left);
    if ('unpriced' in bounds) return refuse({ reason: 'unpriced', of: bounds.unpriced, what: bounds.what });
    const tokens = mostTokens(bounds);
    if (limits.tpm !== null) {
      if (tokens > limits.tpm) return refuse({ reason: 'too_large', bound: tokens });
      const retryMs = this.#minute.tokenWaitMs(limits.tpm, tokens, now);
      if (retryMs > 0) return refuse({ reason: 'tokens', retryMs });
    }
    const hold = mostUnits(bounds, limits.budget);
    const shortage = this.#shortage(hold, at, 0);
    if (shortage !== undefined) {
      const fits = fittingAnswer(bounds, limits.budget, left);
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

  /** Writes an open row for a payer without limits. */
  announce(call: BegunCall, now: number): void {
    if (this.#open.has(call.id) || this.#store.row(call.id) !== undefined) return;
    this.#put({ ...openRow(call), until: now + this.#config.holdMs });
  }

  /** Books what a failed attempt may have cost, and holds what another may take; false where that does not fit. */
  next({ id, failed, bound }: NextAttempt, now: number): boolean {
    const row = this.#open.get(id);
    if (row === undefined) return false;
    const { budget } = this.#limits;
    const booked = unitsOf(failed, budget);
    const hold = mostUnits([bound], budget);
    const isTooMuch = this.#shortage(hold + booked, row.at, row.hold) !== undefined;
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
    const charge = unitsOf(end, this.#limits.budget);
    const row = settledRow(end, charge, before === undefined ? undefined : attemptsOf(before, this.#isMoney));
    this.#spend(row.at, charge - (before?.status === STATUS.lost ? before.charge : 0));
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
      this.#close(lostRow(row, this.#isMoney, now), row);
    }
  }

  /** Deletes what is older than the operator keeps; true while there is more. */
  forgetOld(now: number): boolean {
    if (now < this.#nextRetention) return false;
    const deleted = this.#store.deleteBefore(idOf(now - this.#config.keepDays * DAY_MS), DELETED_AT_ONCE);
    if (deleted < DELETED_AT_ONCE) this.#nextRetention = now + RETENTION_MS;
    return deleted === DELETED_AT_ONCE;
  }

  /** Whether a name may be asked for. */
  mayUse(model: string): boolean {
    return this.#patterns.length === 0 || this.#patterns.some((pattern) => pattern.test(model));
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

  /** What is left now. */
  balance(now: number): Balance {
    const { rpm, tpm, budget } = this.#limits;
    const period = budget === null ? undefined : this.#period(budget, now);
    return {
      requests: rpm === null ? null : this.#minute.requests(rpm, now),
      tokens: tpm === null ? null : this.#minute.tokens(tpm, now),
      budget:
        budget === null || period === undefined
          ? null
          : {
              ...budget,
              spent: this.#state.spent[period.index] ?? 0,
              held: this.#held.get(period.index) ?? 0,
              resetsAt: period.end,
            },
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
    const { pendingSince, sending, pending } = this.#state;
    const times = [...this.#open.values()].map(({ until }) => until);
    if (sending !== null || Object.keys(pending).length > MOST_BUCKETS) times.push(0);
    else if (pendingSince !== null) times.push(pendingSince + TELL_MS);
    return times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time));
  }

  /** The next parcel for the books, frozen until `told` says that it has arrived; undefined where there is none. */
  parcel(): { readonly number: number; readonly sums: KeyState['pending'] } | undefined {
    if (this.#state.sending === null) {
      if (Object.keys(this.#state.pending).length === 0) return undefined;
      this.#state = { ...this.#state, sending: this.#state.pending, pending: {}, pendingSince: null };
      this.#isStateDirty = true;
    }
    return { number: this.#state.parcel, sums: this.#state.sending ?? {} };
  }

  /** The books have a parcel. */
  told(number: number): void {
    if (this.#state.sending === null || number !== this.#state.parcel) return;
    this.#state = { ...this.#state, sending: null, parcel: number + 1 };
    this.#isStateDirty = true;
  }

  /** Prices a settled row that had no price. Its booking stays: a key with a budget in money has no such rows. */
  reprice(row: CallRow, cost: number): void {
    const now = this.#dirty.get(row.id) ?? this.#store.row(row.id);
    if (now === undefined || now.status === STATUS.open || now.cost !== null) return;
    const priced = { ...now, cost };
    this.#addSums(now, -1);
    this.#addSums(priced, 1);
    this.#dirty.set(priced.id, priced);
  }

  get #limits(): KeyLimits {
    return this.#profile?.limits ?? NO_LIMITS;
  }

  get #isMoney(): boolean {
    return this.#limits.budget?.unit === 'usd';
  }

  #useProfile(profile: KeyProfile | undefined): void {
    this.#profile = profile;
    this.#patterns = profile?.limits.models.map((glob) => new NamePattern(glob)) ?? [];
  }

  #left(at: number): number {
    const { budget } = this.#limits;
    if (budget === null) return Number.MAX_SAFE_INTEGER;
    const { index } = this.#period(budget, at);
    return Math.max(0, budget.amount - (this.#state.spent[index] ?? 0) - (this.#held.get(index) ?? 0));
  }

  /** @param released what the same call holds now and would give back. */
  #shortage(hold: number, at: number, released: number): 'insufficient' | 'held' | undefined {
    const { budget } = this.#limits;
    if (budget === null) return undefined;
    const { index } = this.#period(budget, at);
    const spent = this.#state.spent[index] ?? 0;
    if (spent + hold > budget.amount) return 'insufficient';
    return spent + hold + (this.#held.get(index) ?? 0) - released > budget.amount ? 'held' : undefined;
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
    if (before?.status === STATUS.lost) this.#addSums(before, -1);
    this.#addSums(row, 1);
    this.#dirty.set(row.id, row);
    this.#minute.correct(row.id, minuteTokens(row));
    if (row.ended > (this.#state.lastUsed ?? 0)) this.#state = { ...this.#state, lastUsed: row.ended };
  }

  #addSums(row: CallRow, sign: 1 | -1): void {
    const bucket = bucketOf(row);
    const sum = addSums(this.#state.pending[bucket], sumOf(row), sign);
    this.#state = {
      ...this.#state,
      pending: { ...this.#state.pending, [bucket]: sum },
      pendingSince: this.#state.pendingSince ?? row.ended,
    };
    this.#isStateDirty = true;
  }

  #addHeld(at: number, amount: number): void {
    const { budget } = this.#limits;
    if (budget === null || amount === 0) return;
    const { index } = this.#period(budget, at);
    this.#held.set(index, (this.#held.get(index) ?? 0) + amount);
  }

  #spend(at: number, amount: number): void {
    const { budget } = this.#limits;
    if (budget === null || amount === 0) return;
    const { index } = this.#period(budget, at);
    this.#state = {
      ...this.#state,
      spent: { ...this.#state.spent, [index]: (this.#state.spent[index] ?? 0) + amount },
    };
    this.#isStateDirty = true;
  }
}

function newest(ids: Iterable<string>, least: string): string {
  let found = least;
  for (const id of ids) if (id > found) found = id;
  return found;
}
