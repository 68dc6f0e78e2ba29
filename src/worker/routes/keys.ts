/** Keys in OpenAI's forms of project keys: listed, changed, revoked; and what a key says of itself. */
import { type Context, Hono } from 'hono';
import { wireId } from '../access/key-form.ts';
import type { AppEnv } from '../env.ts';
import { invalidQuery } from '../http/invalid-query.ts';
import { NO_STORE } from '../http/no-store.ts';
import { changeSchema, limitsFrom, ownKey, projectKey } from '../ledger/key-forms.ts';
import type { KeyView } from '../ledger/key-service.ts';
import type { KeyListing } from '../ledger/listings.ts';
import { forgetRecordedKey } from '../ledger/recorded-keys.ts';
import { administeredKey, bookService, keyService, MOST_ASKED, payerName } from '../ledger/services.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, SMALL_BODY_BYTES, validJson } from '../middleware/json-body.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { keyOf } from './key-access.ts';
import { listingOf, listingsOf, listOf, noSuchKey, PROJECT, revokeKey } from './key-listings.ts';
import { ownOnly } from './own-only.ts';

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
  .get(`${PROJECT}/api_keys`, identify, ownOnly, async (c) => {
    const { listings, hasMore } = await listingsOf(c, accessOf(c));
    const data = await Promise.all(
      listings.map(async (listing, position) =>
        projectKey(
          listing,
          position < MOST_ASKED || c.var.settings.selfHosted ? await viewOf(c, listing.id) : undefined,
        ),
      ),
    );
    return c.json(listOf(data, hasMore), 200, NO_STORE);
  })
  .get(`${PROJECT}/api_keys/:id`, identify, ownOnly, async (c) => {
    const listing = await keyListingOf(c);
    return c.json(projectKey(listing, await viewOf(c, listing.id)), 200, NO_STORE);
  })
  .post(
    `${PROJECT}/api_keys/:id`,
    identify,
    ownOnly,
    readJson(changeSchema, SMALL_BODY_BYTES),
    validJson(changeSchema),
    async (c) => {
      const before = await keyListingOf(c);
      const asked = c.req.valid('json');
      const name = asked.name ?? before.name;
      const limits = limitsFrom(asked, Date.now(), before.limits);
      const listing = { ...before, name, limits };
      await administeredKey(c.env, payerName(listing.id)).change({ name, limits });
      forgetRecordedKey(listing.id);
      await bookService(c.env).saveKeys([listing]);
      return c.json(projectKey(listing, await viewOf(c, listing.id)), 200, NO_STORE);
    },
  )
  .delete(`${PROJECT}/api_keys/:id`, identify, ownOnly, async (c) => {
    // The object first: it is what refuses the next request.
    const revoked = await revokeKey(c, await keyListingOf(c));
    await bookService(c.env).saveKeys([revoked]);
    const { id } = revoked;
    return c.json({ object: 'organization.project.api_key.deleted', id: wireId(id), deleted: true });
  })
  .all('/v1/key', identify, ownOnly, methodNotAllowed('GET', 'HEAD'))
  .all(`${PROJECT}/api_keys`, identify, ownOnly, methodNotAllowed('GET', 'HEAD'))
  .all(`${PROJECT}/api_keys/:id`, identify, ownOnly, methodNotAllowed('GET', 'HEAD', 'POST', 'DELETE'));

/** @throws {GatewayError} 404 for a key that there is not. */
async function keyListingOf(c: Context<AppEnv>): Promise<KeyListing> {
  const listing = await listingOf(c);
  if (!listing.hasKey) throw noSuchKey();
  return listing;
}

/** Which keys are listed: OpenAI's filter by whether they may still be used. */
function accessOf(c: Context<AppEnv>): 'any' | 'active' | 'inactive' {
  const asked = c.req.query('owner_project_access') ?? 'any';
  if (asked === 'any' || asked === 'active' || asked === 'inactive') return asked;
  throw invalidQuery('owner_project_access', 'must be active, inactive or any');
}

async function viewOf(c: Context<AppEnv>, id: string): Promise<KeyView | undefined> {
  // A key that does not answer is listed all the same.
  const view = await keyService(c.env, payerName(id))
    .view(null)
    .catch(() => undefined);
  return view === undefined || 'kind' in view ? undefined : view;
}
