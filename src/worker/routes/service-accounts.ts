/** Service accounts in OpenAI's forms: whom keys are issued to, each with a first key and as many further ones as it needs. */
import { type Context, Hono } from 'hono';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { NO_STORE } from '../http/no-store.ts';
import {
  accountChangeSchema,
  accountSchema,
  keySchema,
  limitsFrom,
  newKey,
  serviceAccount,
} from '../ledger/key-forms.ts';
import { type KeyListing, MOST_KEYS } from '../ledger/listings.ts';
import { bookService } from '../ledger/services.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, SMALL_BODY_BYTES, validJson } from '../middleware/json-body.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import {
  isStopping,
  issueKey,
  listingOf,
  listingsOf,
  listOf,
  makeAccount,
  noSuchAccount,
  PROJECT,
  revokeKey,
} from './key-listings.ts';
import { ownOnly } from './own-only.ts';

const ACCOUNTS = `${PROJECT}/service_accounts`;

export const serviceAccounts = new Hono<AppEnv>()
  .post(
    ACCOUNTS,
    identify,
    ownOnly,
    readJson(accountSchema, SMALL_BODY_BYTES),
    validJson(accountSchema),
    async (c) => {
      const asked = c.req.valid('json');
      const made = { name: asked.name, limits: limitsFrom(asked, Date.now()) };
      if (asked.create_service_account_only === true) {
        const { account } = await makeAccount(c, made);
        return c.json({ ...serviceAccount(account), role: 'none', api_key: null }, 200, NO_STORE);
      }
      const { listing, value } = await issueKey(c, made);
      const account = serviceAccount(listing.account);
      return c.json({ ...account, api_key: newKey(listing, value) }, 200, NO_STORE);
    },
  )
  .get(ACCOUNTS, identify, ownOnly, async (c) => {
    const { listings, hasMore } = await listingsOf(c, 'accounts');
    const data = listings.map(({ account }) => serviceAccount(account));
    return c.json(listOf(data, hasMore), 200, NO_STORE);
  })
  .get(`${ACCOUNTS}/:id`, identify, ownOnly, async (c) => {
    const { account } = await accountOf(c);
    return c.json(serviceAccount(account), 200, NO_STORE);
  })
  .post(
    `${ACCOUNTS}/:id`,
    identify,
    ownOnly,
    readJson(accountChangeSchema, SMALL_BODY_BYTES),
    validJson(accountChangeSchema),
    async (c) => {
      const { account: before } = await accountOf(c);
      const account = { ...before, name: c.req.valid('json').name ?? before.name };
      const listings = await everythingOf(c, before.id);
      await bookService(c.env).saveKeys(listings.map((listing) => ({ ...listing, account })));
      return c.json(serviceAccount(account), 200, NO_STORE);
    },
  )
  .delete(`${ACCOUNTS}/:id`, identify, ownOnly, async (c) => {
    const { account } = await accountOf(c);
    const keys = (await everythingOf(c, account.id)).filter(({ hasKey }) => hasKey);
    const due = isStopping(c) ? keys : keys.filter(({ revokedAt }) => revokedAt === null);
    const asked = await Promise.allSettled(due.map((key) => revokeKey(c, key)));
    const revoked = asked.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const failed = asked.find((answer) => answer.status === 'rejected');
    // Those that answered are listed as revoked even so: the request can be repeated until all are.
    const holding = await bookService(c.env).endAccount(account.id, revoked, Date.now());
    if (holding > 0 || failed !== undefined) throw endsLater(holding, failed?.reason);
    const { id } = serviceAccount(account);
    return c.json({ object: 'organization.project.service_account.deleted', id, deleted: true });
  })
  .post(
    `${ACCOUNTS}/:id/api_keys`,
    identify,
    ownOnly,
    readJson(keySchema, SMALL_BODY_BYTES),
    validJson(keySchema),
    async (c) => {
      const { account, limits: first } = await accountOf(c);
      const asked = c.req.valid('json');
      const limits = limitsFrom(asked, Date.now(), { ...first, expiresAt: null });
      const { listing, value } = await issueKey(c, { name: asked.name ?? account.name, limits, account });
      return c.json(newKey(listing, value), 200, NO_STORE);
    },
  )
  .all(ACCOUNTS, identify, ownOnly, methodNotAllowed('GET', 'HEAD', 'POST'))
  .all(`${ACCOUNTS}/:id`, identify, ownOnly, methodNotAllowed('GET', 'HEAD', 'POST', 'DELETE'))
  .all(`${ACCOUNTS}/:id/api_keys`, identify, ownOnly, methodNotAllowed('POST'));

/** The listing of the service account in the path. @throws {GatewayError} 404 where there is none, or no longer. */
async function accountOf(c: Context<AppEnv>): Promise<KeyListing> {
  const listing = await listingOf(c);
  if (listing.account.id !== listing.id || listing.deletedAt !== null) throw noSuchAccount();
  return listing;
}

/** The account's keys, and its own listing behind them. */
function everythingOf(c: Context<AppEnv>, account: string): Promise<readonly KeyListing[]> {
  return bookService(c.env).keys(null, MOST_KEYS, { account });
}

/** Some of an account's keys did not answer. @param holding how many of them still hold, as far as is known. */
function endsLater(holding: number, cause: unknown): GatewayError {
  return new GatewayError({
    status: 503,
    code: 'key_service_unavailable',
    message: `The service account is not deleted yet: not all of its keys could be reached, and ${holding} of them still hold. The others are revoked. Send the request again.`,
    headers: { 'retry-after': '1' },
    cause,
  });
}
