import { expect, test } from 'vitest';
import { openBooks } from '../../../src/worker/ledger/books.ts';
import { NO_LIMITS } from '../../../src/worker/ledger/limits.ts';
import { MOST_KEYS } from '../../../src/worker/ledger/listings.ts';
import { sqlStorage } from '../../support/ledger.ts';

test('keys are listed from the newest on, page by page', () => {
  const listings = openBooks(sqlStorage()).listings;
  const account = { id: 'x', name: 'x', createdAt: 1 };
  const kept = { name: 'x', redacted: '', createdAt: 1, revokedAt: null, deletedAt: null, limits: NO_LIMITS };
  const listing = { account, hasKey: true, ...kept };
  for (const id of ['a', 'b', 'c']) listings.addKey({ ...listing, id, account: { ...account, id } });
  expect(listings.keys(null, 1).map(({ id }) => id)).toEqual(['c']);
  expect(listings.keys('c', 10).map(({ id }) => id)).toEqual(['b', 'a']);
  listings.saveKeys([{ ...listing, id: 'a', name: 'new', revokedAt: 2 }]);
  expect(listings.keys(null, 10)).toHaveLength(3);
  expect(listings.key('a')).toMatchObject({ name: 'new', revokedAt: 2 });
});

test('an account takes no more keys than one request can end, none once it is deleted, and ends only with all of them', () => {
  const listings = openBooks(sqlStorage()).listings;
  const account = { id: 'own', name: 'x', createdAt: 1 };
  const kept = { name: 'x', redacted: '', createdAt: 1, revokedAt: null, deletedAt: null, limits: NO_LIMITS };
  const listing = (id: string) => ({ account, hasKey: true, ...kept, id });
  const ids = ['own', ...Array.from({ length: MOST_KEYS - 1 }, (_, place) => `k${place}`)];
  expect(new Set(ids.map((id) => listings.addKey(listing(id))))).toEqual(new Set(['added']));
  expect(listings.addKey(listing('one-more'))).toBe('full');
  const revoked = ids.map((id) => ({ ...listing(id), revokedAt: 5 }));
  expect(listings.endAccount('own', revoked.slice(1), 6)).toBe(1);
  expect(listings.key('own')?.deletedAt).toBeNull();
  expect(listings.endAccount('own', revoked.slice(0, 1), 7)).toBe(0);
  expect(listings.key('own')).toMatchObject({ revokedAt: 5, deletedAt: 7 });
  expect(listings.keys(null, 100, 'active')).toEqual([]);
  expect(listings.addKey(listing('late'))).toBe('deleted');
});
