/** The addresses that have guessed too often: blocked for a minute, and never more of them than fit. */
import { expect, test } from 'vitest';
import { BlockedSites } from '../../../src/worker/access/blocked-sites.ts';
import { OnceASecond } from '../../../src/worker/http/log.ts';

test('an address is blocked for a minute, and no other one with it', () => {
  const sites = new BlockedSites();
  sites.block('203.0.113.1', 1000);
  expect(sites.has('203.0.113.1', 60_999)).toBe(true);
  expect(sites.has('203.0.113.1', 61_000)).toBe(false);
  expect(sites.has('203.0.113.2', 1000)).toBe(false);
});

test('whoever has many addresses fills no memory', () => {
  const sites = new BlockedSites();
  for (let host = 0; host <= 10_000; host += 1) sites.block(`site ${host}`, 0);
  expect(sites.has('site 0', 1)).toBe(false);
  expect(sites.has('site 1', 1)).toBe(true);
  expect(sites.has('site 10000', 1)).toBe(true);
});

test('one in a second passes', () => {
  const once = new OnceASecond();
  expect([0, 1, 999, 1000, 1500, 2000].map((ms) => once.mayPass(ms))).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});
