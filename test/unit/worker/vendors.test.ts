/** The table of vendors: each row can be reached, and names where its fact was read. */
import { expect, test } from 'vitest';
import { VENDORS, vendorOf } from '../../../src/worker/config/vendors.ts';

test.each(VENDORS.map((vendor) => [vendor.host, vendor] as const))('%s has a source', (host, vendor) => {
  expect(vendor.source).toMatch(/^https:\/\//);
  expect(host).toBe(host.toLowerCase());
});

test.each([
  ['https://api.deepseek.com/beta', 'all'],
  ['https://api.deepseek.com/v1', 'none'],
  ['https://API.GROQ.com/openai/v1', 'none'],
  ['https://api.cloudflare.com/client/v4/accounts/x/ai/v1', 'none'],
  ['https://api.cloudflare.com/client/v4/accounts/x/other', undefined],
  ['http://127.0.0.1:11434/v1', undefined],
  ['https://evil-api.groq.com.example/v1', undefined],
])('%s: %s', (base, served) => {
  expect(vendorOf(base)?.textCompletions).toBe(served);
});
