/** The twin in memory of a key's store: for tests of rules. It survives nothing. */
import type { CallRow, KeyProfile, KeyState, KeyStore } from '../../src/worker/ledger/store.ts';

/** Keeps what a `SqlKeyStore` keeps, for as long as it lives. */
export class MemoryKeyStore implements KeyStore {
  #profile: KeyProfile | undefined;
  #state: KeyState | undefined;
  readonly #rows = new Map<string, CallRow>();

  profile(): KeyProfile | undefined {
    return this.#profile;
  }

  saveProfile(profile: KeyProfile): void {
    this.#profile = profile;
  }

  state(): KeyState | undefined {
    return this.#state;
  }

  write(rows: readonly CallRow[], state: KeyState): void {
    for (const row of rows) this.#rows.set(row.id, row);
    this.#state = state;
  }

  row(id: string): CallRow | undefined {
    return this.#rows.get(id);
  }

  openRows(oldest: string): CallRow[] {
    return this.#sorted().filter(({ id, status }) => id >= oldest && status === 0);
  }

  rows(from: string, to: string, limit: number): CallRow[] {
    return this.#sorted()
      .filter(({ id }) => id > from && id < to)
      .slice(0, limit);
  }

  deleteBefore(id: string, limit: number): number {
    const old = this.#sorted()
      .filter((row) => row.id < id && row.status !== 0)
      .slice(0, limit);
    for (const row of old) this.#rows.delete(row.id);
    return old.length;
  }

  #sorted(): CallRow[] {
    return [...this.#rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
