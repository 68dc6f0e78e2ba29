/** The list of keys and of service accounts: what stands in it, page by page, and how a key is made and ends. */
import type { Context } from 'hono';
import * as z from 'zod/mini';
import { keyIdOf, makeKey, redactedKey } from '../access/key-form.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { invalidQuery } from '../http/invalid-query.ts';
import type { KeyLimits } from '../ledger/limits.ts';
import { type KeyListing, type Listed, MOST_KEYS, type ServiceAccount } from '../ledger/listings.ts';
import { stopRunning } from '../ledger/running-calls.ts';
import { administeredKey, bookService, payerName } from '../ledger/services.ts';

/** Where keys and service accounts are: there is one project. */
export const PROJECT = '/v1/organization/projects/default';

const DEFAULT_LISTED = 20;

const listQuery = z.object({
  limit: z._default(
    z.pipe(z.string(), z.pipe(z.transform(Number), z.int().check(z.gte(1), z.lte(100)))),
    DEFAULT_LISTED,
  ),
});

/** A page of listings, by `limit` and `after`. @throws {GatewayError} 400 for others than those. */
export async function listingsOf(c: Context<AppEnv>, listed: Listed) {
  const query = listQuery.safeParse({ limit: c.req.query('limit') });
  if (!query.success) throw invalidQuery('limit', 'must be a whole number from 1 to 100');
  const after = c.req.query('after');
  const id = after === undefined ? null : keyIdOf(after);
  if (id === undefined) throw invalidQuery('after', 'must be the id of a key, as a list names it');
  const { limit } = query.data;
  const found = await bookService(c.env).keys(id, limit + 1, listed);
  return { listings: found.slice(0, limit), hasMore: found.length > limit };
}

/** A list in OpenAI's form. */
export function listOf<Item extends { readonly id: string }>(data: readonly Item[], hasMore: boolean) {
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** What is found under the `id` of the path, whether or not it still holds. @throws {GatewayError} 404. */
export async function listingOf(c: Context<AppEnv>): Promise<KeyListing> {
  const id = keyIdOf(c.req.param('id') ?? '');
  const found = id === undefined ? undefined : await bookService(c.env).key(id);
  if (found === undefined) throw noSuchKey();
  return found;
}

/** What a new key is made of. */
export interface NewListing {
  readonly name: string;
  readonly limits: KeyLimits;
  /** The service account that it belongs to; undefined for one of its own. */
  readonly account?: ServiceAccount;
}

/**
 * Makes a key. Its value is known here and never again.
 * @throws {GatewayError} 400 `keys_disabled` or `too_many_keys`, 404 where its account was deleted.
 */
export async function issueKey(
  c: Context<AppEnv>,
  { name, limits, account }: NewListing,
): Promise<{ readonly listing: KeyListing; readonly value: string }> {
  const [keysSecret] = c.var.settings.keysSecrets;
  if (keysSecret === undefined) throw keysAreOff();
  const createdAt = Date.now();
  const { id, value, digest } = makeKey(keysSecret);
  const listing: KeyListing = {
    id,
    account: account ?? { id, name, createdAt },
    hasKey: true,
    deletedAt: null,
    name,
    redacted: redactedKey(value),
    createdAt,
    revokedAt: null,
    limits,
  };
  // The list first: a key that is in no list could not be revoked.
  const added = await bookService(c.env).addKey(listing);
  if (added === 'full') throw tooManyKeys();
  if (added === 'deleted') throw noSuchAccount();
  const profile = { id, digest, name, limits, createdAt, revokedAt: null, stopped: false };
  await administeredKey(c.env, payerName(id)).save(profile);
  return { listing, value };
}

/** Makes a service account that has no key yet. */
export async function makeAccount(c: Context<AppEnv>, { name, limits }: NewListing): Promise<KeyListing> {
  const [keysSecret] = c.var.settings.keysSecrets;
  if (keysSecret === undefined) throw keysAreOff();
  const createdAt = Date.now();
  const { id } = makeKey(keysSecret);
  const account = { id, name, createdAt };
  const kept = { name, createdAt, revokedAt: null, deletedAt: null, limits };
  const listing: KeyListing = { id, account, hasKey: false, redacted: '', ...kept };
  await bookService(c.env).addKey(listing);
  return listing;
}

/** Whether calls under way are to end with their key. */
export function isStopping(c: Context<AppEnv>): boolean {
  return c.req.query('stop') === 'true';
}

/**
 * Ends a key at once, though the list does not say so yet; its rows stay. With `?stop=true` its calls under way end too:
 * at once in this isolate, in others when their holds are next extended.
 * @returns what the list is to say.
 */
export async function revokeKey(c: Context<AppEnv>, listing: KeyListing): Promise<KeyListing> {
  const revokedAt = listing.revokedAt ?? Date.now();
  const stopped = isStopping(c);
  const object = payerName(listing.id);
  await administeredKey(c.env, object).change({ revokedAt, ...(stopped && { stopped }) });
  if (stopped) stopRunning(object);
  return { ...listing, revokedAt };
}

function keysAreOff(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'keys_disabled',
    message:
      'This server issues no keys: KEYS_SECRET is not set. `npm start` makes one where API_TOKEN is set; on Cloudflare: npx wrangler secret put KEYS_SECRET.',
  });
}

/** The 404 for an account that there is not, or no longer. */
export function noSuchAccount(): GatewayError {
  return new GatewayError({
    status: 404,
    code: 'service_account_not_found',
    message: `There is no such service account. GET ${PROJECT}/service_accounts lists those that there are.`,
  });
}

function tooManyKeys(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'too_many_keys',
    message: `A service account has ${MOST_KEYS} keys at most, revoked ones included. Make another account for further keys.`,
  });
}

/** The 404 for a key that there is not. */
export function noSuchKey(): GatewayError {
  return new GatewayError({
    status: 404,
    code: 'key_not_found',
    message: `There is no such key. GET ${PROJECT}/api_keys lists those that there are.`,
  });
}
