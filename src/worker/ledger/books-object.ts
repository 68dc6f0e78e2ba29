/** The one Durable Object of the books. */
import { DurableObject } from 'cloudflare:workers';
import { type Added, type BookService, Books, type KeyListing, type Listed, type SumQuery } from './books.ts';
import type { Sums } from './store.ts';

/** Lists keys and adds up what their objects tell. */
export class BooksObject extends DurableObject implements BookService {
  readonly #books: Books;

  constructor(ctx: DurableObjectState, env: Readonly<Record<string, unknown>>) {
    super(ctx, env);
    this.#books = new Books(ctx.storage);
  }

  async addKey(listing: KeyListing): Promise<Added> {
    return this.#books.addKey(listing);
  }

  async saveKeys(listings: readonly KeyListing[]): Promise<void> {
    this.#books.saveKeys(listings);
  }

  async endAccount(account: string, revoked: readonly KeyListing[], now: number): Promise<number> {
    return this.#books.endAccount(account, revoked, now);
  }

  async key(id: string): Promise<KeyListing | undefined> {
    return this.#books.key(id);
  }

  async keys(after: string | null, limit: number, listed?: Listed): Promise<readonly KeyListing[]> {
    return this.#books.keys(after, limit, listed);
  }

  async merge(payer: string, parcel: number, sums: Sums): Promise<number> {
    return this.#books.merge(payer, parcel, sums);
  }

  async add(payer: string, sums: Sums): Promise<void> {
    this.#books.add(payer, sums);
  }

  async sums(query: SumQuery): Promise<readonly string[]> {
    return this.#books.sums(query);
  }

  async payers(from: number, to: number): Promise<readonly string[]> {
    return this.#books.payers(from, to);
  }
}
