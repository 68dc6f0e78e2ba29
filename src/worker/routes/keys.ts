/** Issuing and changing keys, in OpenAI's forms of service accounts and project keys; and what a key says of itself. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { keyIdOf, makeKey, redactedKey, wireId } from '../access/key-form.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { invalidQuery } from '../http/invalid-query.ts';
import { NO_STORE } from '../http/no-store.ts';
import type { KeyListing } from '../ledger/books.ts';
import {
  changeSchema,
  issueSchema,
  limitsFrom,
  ownKey,
  projectKey,
  serviceAccount,
} from '../ledger/key-forms.ts';
import type { KeyView } from '../ledger/key-service.ts';
import { stopRunning } from '../ledger/running-calls.ts';
import { bookService, keyService, payerName } from '../ledger/services.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, SMALL_BODY_BYTES, validJson } from '../middleware/json-body.ts';
import { keyOf } from './key-access.ts';
import { ownOnly } from './own-only.ts';

const PROJECT = '/v1/organization/projects/default';

/** On Cloudflare's Free plan an answer may ask fifty times; a page of keys asks each key's object once. */
const MOST_KEYS = 40;
const DEFAULT_KEYS = 20;

const listQuery = z.object({
  limit: z._default(
    z.pipe(z.string(), z.pipe(z.transform(Number), z.int().check(z.gte(1), z.lte(100)))),
    DEFAULT_KEYS,
  ),
});

export const keys = new Hono<AppEnv>()
  .get('/v1/key', identify, ownOnly, async (c) => {
    const key = await keyOf(c);
    if (key !== undefined) return c.json(ownKey(key), 200, NO_STORE);
    const { payer } = c.var;
    return c.json(
      { object: 'key', id: payer.pays === 'server' ? payer.by : null, limits: null, left: null },
      200,
      NO_STORE,
    );
  })
  .post(
    `${PROJECT}/service_accounts`,
    identify,
    ownOnly,
    readJson(issueSchema, SMALL_BODY_BYTES),
    validJson(issueSchema),
    async (c) => {
      const [keysSecret] = c.var.settings.keysSecrets;
      if (keysSecret === undefined) throw keysAreOff();
      const { name, limits: asked } = c.req.valid('json');
      const now = Date.now();
      const { id, value, digest } = makeKey(keysSecret);
      const limits = limitsFrom(asked, now);
      const listing: KeyListing = {
        id,
        account: id,
        name,
        redacted: redactedKey(value),
        createdAt: now,
        revokedAt: null,
        limits,
      };
      // The list first: a key that is in no list could not be revoked.
      await bookService(c.env).saveKey(listing);
      await keyService(c.env, payerName(id)).save({
        id,
        digest,
        name,
        limits,
        createdAt: now,
        revokedAt: null,
        stopped: false,
      });
      const account = serviceAccount(listing);
      const apiKey = {
        object: 'organization.project.service_account.api_key',
        id: wireId(id),
        name,
        created_at: account.created_at,
        value,
      };
      return c.json({ ...account, api_key: apiKey }, 200, NO_STORE);
    },
  )
  .get(`${PROJECT}/service_accounts`, identify, ownOnly, async (c) => {
    const { listings, hasMore } = await page(c);
    return c.json(list(listings.map(serviceAccount), hasMore), 200, NO_STORE);
  })
  .get(`${PROJECT}/service_accounts/:id`, identify, ownOnly, async (c) => {
    return c.json(serviceAccount(await listingOf(c)), 200, NO_STORE);
  })
  .delete(`${PROJECT}/service_accounts/:id`, identify, ownOnly, async (c) => {
    const { id } = serviceAccount(await revoke(c));
    return c.json({ object: 'organization.project.service_account.deleted', id, deleted: true });
  })
  .get(`${PROJECT}/api_keys`, identify, ownOnly, async (c) => {
    const { listings, hasMore } = await page(c);
    const data = await Promise.all(
      listings.map(async (listing, position) =>
        projectKey(
          listing,
          position < MOST_KEYS || c.var.settings.selfHosted ? await viewOf(c, listing.id) : undefined,
        ),
      ),
    );
    return c.json(list(data, hasMore), 200, NO_STORE);
  })
  .get(`${PROJECT}/api_keys/:id`, identify, ownOnly, async (c) => {
    const listing = await listingOf(c);
    return c.json(projectKey(listing, await viewOf(c, listing.id)), 200, NO_STORE);
  })
  .post(
    `${PROJECT}/api_keys/:id`,
    identify,
    ownOnly,
    readJson(changeSchema, SMALL_BODY_BYTES),
    validJson(changeSchema),
    async (c) => {
      const before = await listingOf(c);
      const { name = before.name, limits: asked } = c.req.valid('json');
      const limits = limitsFrom(asked, Date.now(), before.limits);
      const listing = { ...before, name, limits };
      await keyService(c.env, payerName(listing.id)).change({ name, limits });
      await bookService(c.env).saveKey(listing);
      return c.json(projectKey(listing, await viewOf(c, listing.id)), 200, NO_STORE);
    },
  )
  .delete(`${PROJECT}/api_keys/:id`, identify, ownOnly, async (c) => {
    const { id } = await revoke(c);
    return c.json({ object: 'organization.project.api_key.deleted', id: wireId(id), deleted: true });
  });

/**
 * Ends a key at once; its rows stay. With `?stop=true` its calls under way end too: at once in this isolate, in others
 * when their holds are next extended.
 */
async function revoke(c: Context<AppEnv>): Promise<KeyListing> {
  const listing = await listingOf(c);
  const revokedAt = listing.revokedAt ?? Date.now();
  const stopped = c.req.query('stop') === 'true';
  const object = payerName(listing.id);
  // The object first: it is what refuses the next request.
  await keyService(c.env, object).change({ revokedAt, ...(stopped && { stopped }) });
  if (stopped) stopRunning(object);
  await bookService(c.env).saveKey({ ...listing, revokedAt });
  return listing;
}

/** @throws {GatewayError} 404 for a key that there is not. */
async function listingOf(c: Context<AppEnv>): Promise<KeyListing> {
  const id = keyIdOf(c.req.param('id') ?? '');
  const found = id === undefined ? undefined : await bookService(c.env).key(id);
  if (found === undefined) throw noSuchKey();
  return found;
}

async function viewOf(c: Context<AppEnv>, id: string): Promise<KeyView | undefined> {
  const view = await keyService(c.env, payerName(id)).view(null);
  return view === undefined || 'kind' in view ? undefined : view;
}

async function page(c: Context<AppEnv>) {
  const query = listQuery.safeParse({ limit: c.req.query('limit') });
  if (!query.success) throw invalidQuery('limit', 'must be a whole number from 1 to 100');
  const after = c.req.query('after');
  const id = after === undefined ? null : keyIdOf(after);
  if (id === undefined) throw invalidQuery('after', 'must be the id of a key, as a list names it');
  const { limit } = query.data;
  const found = await bookService(c.env).keys(id, limit + 1);
  return { listings: found.slice(0, limit), hasMore: found.length > limit };
}

function list<Item extends { readonly id: string }>(data: readonly Item[], hasMore: boolean) {
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

function keysAreOff(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'keys_disabled',
    message:
      'This server issues no keys: KEYS_SECRET is not set. `npm start` makes one where API_TOKEN is set; on Cloudflare: npx wrangler secret put KEYS_SECRET.',
  });
}

function noSuchKey(): GatewayError {
  return new GatewayError({
    status: 404,
    code: 'key_not_found',
    message:
      'There is no such key. GET /v1/organization/projects/default/api_keys lists those that there are.',
  });
}
