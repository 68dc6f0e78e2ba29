/** The one Durable Object of the books. */
import { DurableObject } from 'cloudflare:workers';
import { type BookService, openBooks } from './books.ts';
import type { HourlySums, SumQuery } from './hourly-sums.ts';
import type { Added, KeyListing, Listed, Listings } from './listings.ts';
import type { Sums } from './store.ts';

/** Lists keys and adds up what their objects tell. */
export class BooksObject extends DurableObject implements BookService {
  readonly #listings: Listings;
  readonly #sums: HourlySums;

  constructor(ctx: DurableObjectState, env: Readonly<Record<string, unknown>>) {
    super(ctx, env);
    const { listings, sums } = openBooks(ctx.storage);
    this.#listings = listings;
    this.#sums = sums;
  }

  async addKey(listing: KeyListing): Promise<Added> {
    return this.#listings.addKey(listing);
  }

  async saveKeys(listings: readonly KeyListing[]): Promise<void> {
    this.#listings.saveKeys(listings);
  }

  async endAccount(account: string, revoked: readonly KeyListing[], now: number): Promise<number> {
    return this.#listings.endAccount(account, revoked, now);
  }

  async key(id: string): Promise<KeyListing | undefined> {
    return this.#listings.key(id);
  }

  async keys(after: string | null, limit: number, listed?: Listed): Promise<readonly KeyListing[]> {
    return this.#listings.keys(after, limit, listed);
  }

  async merge(payer: string, parcel: number, sums: Sums): Promise<number> {
    return this.#sums.merge(payer, parcel, sums);
  }

  async add(payer: string, sums: Sums): Promise<void> {
    this.#sums.add(payer, sums);
  }

  async sums(query: SumQuery): Promise<readonly string[]> {
    return this.#sums.lines(query);
  }

  async payers(from: number, to: number): Promise<readonly string[]> {
    return this.#sums.payers(from, to);
  }
}
