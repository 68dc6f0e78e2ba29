/** The Durable Object of one payer: the shell around its ledger, with its clock, its disk and its alarm. */
import { DurableObject } from 'cloudflare:workers';
import { parseSettings } from '../config/settings.ts';
import { KeyLedger } from './key-ledger.ts';
import type {
  Admitted,
  BegunCall,
  KeyChange,
  KeyService,
  KeyView,
  NextAttempt,
  Refused,
  ReserveRequest,
  Settlement,
} from './key-service.ts';
import { bookService } from './services.ts';
import { SqlKeyStore } from './sql-store.ts';
import type { CallRow, KeyProfile } from './store.ts';

/** What comes within this time is written in one transaction: a disk's flush costs more than the decision. */
const WRITE_DELAY_MS = 5;
/** An alarm that found more to do comes again. */
const SOON_MS = 1000;
/** The books did not answer: they are asked again. */
const RETRY_MS = 30_000;

/** Bindings as the runtime hands them over. */
type Bindings = Readonly<Record<string, unknown>>;

/** Limits, holds and rows of one payer live here together, so that a check and its hold are one turn. */
export class KeyObject extends DurableObject<Bindings> implements KeyService {
  readonly #ledger: KeyLedger;
  readonly #payer: string;
  /** Settles when the changes that wait are on disk. */
  #writing: Promise<void> | undefined;
  #alarmAt: number | undefined;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#payer = ctx.id.name ?? '';
    const parsed = parseSettings(env);
    if (!parsed.ok) throw new Error('The settings are invalid.');
    const { budgetTimezone, holdSeconds, ledgerDays } = parsed.settings;
    const config = { timeZone: budgetTimezone, holdMs: holdSeconds * 1000, keepDays: ledgerDays };
    this.#ledger = new KeyLedger(new SqlKeyStore(ctx.storage), config, Date.now());
  }

  async save(profile: KeyProfile): Promise<void> {
    this.#ledger.save(profile, Date.now());
    await this.ctx.storage.sync();
  }

  async change(change: KeyChange): Promise<void> {
    const { profile } = this.#ledger;
    if (profile === undefined) return;
    this.#ledger.save({ ...profile, ...change }, Date.now());
    await this.ctx.storage.sync();
  }

  async reserve(request: ReserveRequest): Promise<Admitted | Refused> {
    const answer = this.#ledger.reserve(request, Date.now());
    if (answer.kind === 'refused') return answer;
    const written = this.#write();
    if (answer.limits.durable) await written;
    return answer;
  }

  async announce(call: BegunCall): Promise<void> {
    this.#ledger.announce(call, Date.now());
    void this.#write();
  }

  async next(attempt: NextAttempt): Promise<boolean> {
    const isAllowed = this.#ledger.next(attempt, Date.now());
    const written = this.#write();
    if (this.#ledger.profile?.limits.durable === true) await written;
    return isAllowed;
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    for (const settlement of settlements) this.#ledger.settle(settlement);
    await this.#write();
  }

  async extend(id: string): Promise<boolean> {
    const isStopped = this.#ledger.extend(id, Date.now());
    void this.#write();
    return isStopped;
  }

  async view(digest: string | null): Promise<KeyView | Refused | undefined> {
    return this.#ledger.view(digest, Date.now());
  }

  async openCalls(): Promise<number> {
    return this.#ledger.openCalls;
  }

  async rows(from: string, to: string, limit: number): Promise<readonly CallRow[]> {
    return this.#ledger.rows(from, to, limit);
  }

  async reprice(priced: readonly { readonly row: CallRow; readonly cost: number }[]): Promise<void> {
    for (const { row, cost } of priced) this.#ledger.reprice(row, cost);
    await this.#write();
  }

  async tell(): Promise<void> {
    // Everything that was admitted so far is written before the sums of it travel.
    this.#ledger.flush();
    for (let parcel = this.#ledger.parcel(); parcel !== undefined; parcel = this.#ledger.parcel()) {
      // What a parcel holds is on disk before anybody hears of it.
      this.#ledger.flush();
      const known = await bookService(this.env).merge(this.#payer, parcel.number, parcel.sums);
      if (known < parcel.number) throw new Error('The books lack a parcel.');
      this.#ledger.told(parcel.number);
      this.#ledger.flush();
    }
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#alarmAt = undefined;
    this.#ledger.loseOrphans(now);
    const hasMore = this.#ledger.forgetOld(now);
    this.#ledger.flush();
    try {
      await this.tell();
    } catch {
      await this.#wake(now + RETRY_MS);
      return;
    }
    if (hasMore) await this.#wake(now + SOON_MS);
    else this.#wakeWhenDue();
  }

  /** Writes soon, together with whatever else comes; settles when it is on disk. */
  #write(): Promise<void> {
    if (!this.#ledger.isDirty) return Promise.resolve();
    this.#writing ??= this.#writeSoon();
    return this.#writing;
  }

  async #writeSoon(): Promise<void> {
    await scheduler.wait(WRITE_DELAY_MS);
    this.#writing = undefined;
    this.#ledger.flush();
    this.#wakeWhenDue();
    await this.ctx.storage.sync();
  }

  #wakeWhenDue(): void {
    const at = this.#ledger.wakeAt;
    if (at === undefined || (this.#alarmAt !== undefined && this.#alarmAt <= at)) return;
    void this.#wake(at);
  }

  async #wake(at: number): Promise<void> {
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }
}
