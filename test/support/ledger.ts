/** Ledgers over any store, with a clock that a test sets. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { CallFacts, TargetFacts } from '../../src/worker/ledger/call-facts.ts';
import { NO_CHARGE, sumOfCharges } from '../../src/worker/ledger/charge.ts';
import type { Bound } from '../../src/worker/ledger/estimate.ts';
import { KeyLedger, type LedgerConfig } from '../../src/worker/ledger/key-ledger.ts';
import type { Charge, Settlement } from '../../src/worker/ledger/key-service.ts';
import { type KeyLimits, NO_LIMITS } from '../../src/worker/ledger/limits.ts';
import type { SqlStorageLike } from '../../src/worker/ledger/sql-schema.ts';
import { SqlKeyStore } from '../../src/worker/ledger/sql-store.ts';
import { callId, type KeyStore, STATUS } from '../../src/worker/ledger/store.ts';
import { MemoryKeyStore } from './memory-key-store.ts';

/** SQLite in this process, as a Durable Object has it. */
export function sqlStorage(): SqlStorageLike {
  const database = new DatabaseSync(':memory:');
  return {
    sql: {
      exec(query, ...values) {
        const bound = values.map((value): SQLInputValue => (value instanceof ArrayBuffer ? null : value));
        const statement = database.prepare(query);
        // The columns here are numbers, texts and nulls.
        return statement.all(...bound) as Record<string, string | number | null>[];
      },
    },
    transactionSync(work) {
      database.exec('BEGIN');
      try {
        const value = work();
        database.exec('COMMIT');
        return value;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
  };
}

/** A store, and the same store as another process would open it. */
export interface Reopened {
  open(): KeyStore;
}

/** The stores under test. */
export const STORES: readonly (readonly [string, () => Reopened])[] = [
  [
    'in memory',
    () => {
      const store = new MemoryKeyStore();
      return { open: () => store };
    },
  ],
  [
    'in SQLite',
    () => {
      const storage = sqlStorage();
      return { open: () => new SqlKeyStore(storage) };
    },
  ],
];

/** The digest of the key under test. */
export const DIGEST = 'd'.repeat(64);
/** 2026-11-26 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 26, 12);
const CONFIG: LedgerConfig = { timeZone: 'UTC', holdMs: 900_000, keepDays: 400 };

/** A target at a dollar a million tokens in and two out. */
export const TARGET: TargetFacts = {
  name: 'default/gpt-test',
  price: { input: 1, output: 2, window: 100_000, max_output: 1000 },
  limit: null,
};

/** A chat call of 100 bytes. */
export function chatCall(parts: Partial<CallFacts> = {}): CallFacts {
  return {
    endpoint: 'chat/completions',
    model: 'gpt-test',
    bytes: 100,
    items: 0,
    images: 0,
    isOpaque: false,
    prompts: 1,
    choices: 1,
    stream: false,
    extras: [],
    isUnread: false,
    pictures: 1,
    characters: 0,
    targets: [TARGET],
    ...parts,
  };
}

/** A ledger with its clock. */
export class TestLedger {
  now = NOON;
  ledger: KeyLedger;
  readonly #stores: Reopened;
  readonly #config: LedgerConfig;
  #calls = 0;
  /** What the failed attempts of each call came to. */
  readonly #earlier = new Map<string, Charge>();

  constructor(stores: Reopened, limits: Partial<KeyLimits>, config: Partial<LedgerConfig> = {}) {
    this.#stores = stores;
    this.#config = { ...CONFIG, ...config };
    this.ledger = new KeyLedger(stores.open(), this.#config, this.now);
    this.ledger.save(
      {
        id: 'abcdefghij',
        digest: DIGEST,
        name: 'test',
        limits: { ...NO_LIMITS, ...limits },
        createdAt: this.now,
        revokedAt: null,
        stopped: false,
      },
      this.now,
    );
  }

  /** Begins again with what is on disk. */
  restart(): void {
    this.ledger = new KeyLedger(this.#stores.open(), this.#config, this.now);
  }

  /** Asks for a call. */
  reserve(call: CallFacts = chatCall()) {
    this.#calls += 1;
    const id = callId(this.now, this.#calls.toString(16).padStart(32, '0'));
    return { id, answer: this.ledger.reserve({ id, at: this.now, digest: DIGEST, call }, this.now) };
  }

  /** Goes on to another attempt. */
  next(id: string, failed: Partial<Charge>, bound: Bound): boolean {
    const charge: Charge = { ...NO_CHARGE, estimated: true, source: 'estimated', ...failed };
    this.#earlier.set(id, sumOfCharges(this.#earlier.get(id) ?? NO_CHARGE, charge));
    return this.ledger.next({ id, failed: charge, bound }, this.now);
  }

  /** Ends a call. */
  settle(id: string, parts: Partial<Settlement> = {}): void {
    this.ledger.settle({
      id,
      at: this.now,
      model: 'gpt-test',
      target: 'default/gpt-test',
      endpoint: 'chat/completions',
      status: STATUS.whole,
      prompt: 10,
      cached: 0,
      written: 0,
      earlier: this.#earlier.get(id) ?? NO_CHARGE,
      completion: 5,
      cost: 20_000,
      estimated: false,
      source: 'reported',
      ended: this.now,
      ttft: null,
      http: 200,
      attempts: 1,
      calls: 1,
      ...parts,
    });
  }

  get budget() {
    const { budget } = this.ledger.balance(this.now);
    if (budget === null) throw new Error('The key has no budget.');
    return budget;
  }
}
