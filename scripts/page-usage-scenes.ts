/** The usage page in pictures: signed in on a real server, which tells of a month that was made up for them. */
import type { Page } from 'playwright-core';
import { issue } from '../test/support/keys.ts';
import type { Site } from '../test/support/page/site.ts';
import { signInForUsage } from '../test/support/page/usage.ts';
import { API_TOKEN, askerOf } from '../test/support/surface.ts';

type Language = 'zh-CN' | 'en';

const DAY_S = 86_400;
const DAYS = 30;

const NAMES = {
  'zh-CN': ['李雷', '韩梅梅', '客服机器人'],
  en: ['Li Lei', 'Han Meimei', 'Support bot'],
} as const;

/** Figures of so many requests, at so much each. */
function figures(requests: number, costOfOne: number, unpriced = 0, estimated = 0) {
  return {
    requests,
    errors: Math.floor(requests / 45),
    cut: Math.floor(requests / 80),
    client_left: Math.floor(requests / 60),
    input_tokens: requests * 1830,
    cached_tokens: requests * 610,
    output_tokens: requests * 412,
    cost_usd: Math.round(requests * costOfOne * 1e6) / 1e6,
    unpriced_requests: unpriced,
    estimated_requests: estimated,
    first_token_ms: 480 + (requests % 7) * 35,
  };
}

/** @param part of the team's calls */
function summary(nowS: number, part = 1) {
  const today = Math.floor(nowS / DAY_S) * DAY_S;
  const days = Array.from({ length: DAYS }, (_, place) => {
    const weekday = new Date((today - place * DAY_S) * 1000).getUTCDay();
    const usual = (weekday % 6 === 0 ? 35 : 120) * part;
    const requests = Math.round(usual * (1 + 0.4 * Math.sin(place * 1.7)));
    const line = figures(requests, 0.0041, place === 4 ? 6 : 0, place % 9 === 2 ? 3 : 0);
    return { start_time: today - place * DAY_S, ...line };
  }).reverse();
  const total = days.reduce((sum, { requests }) => sum + requests, 0);
  return {
    object: 'usage.summary',
    start_time: today - (DAYS - 1) * DAY_S,
    end_time: today + DAY_S,
    bucket_width: '1d',
    booked: { keys: true, others: true },
    total: figures(total, 0.0041, 6, 9),
    by_time: days,
    by_model: [
      { model: 'gpt-4.1', ...figures(Math.round(total * 0.42), 0.0071) },
      { model: 'gpt-4.1-mini', ...figures(Math.round(total * 0.45), 0.0019, 0, 9) },
      { model: 'deepseek-chat', ...figures(Math.round(total * 0.13), 0.0006, 6) },
    ],
  };
}

function key(id: string, name: string, parts: object) {
  return {
    object: 'organization.project.api_key',
    id,
    name,
    redacted_value: `sk-nx-${id.slice(4, 8)}…${id.slice(-4)}`,
    created_at: 1_793_000_000,
    last_used_at: 1_795_700_000,
    expires_at: null,
    owner_project_access: 'active',
    revoked_at: null,
    open_calls: 0,
    ...parts,
  };
}

const NO_LIMITS = { models: [], rpm: null, tpm: null, budget: null, holds: 'strict' };

/** Takes the pictures of the page for the operator, the dialog that issues a key, and the page for a key's holder. */
export async function takeUsage(
  page: Page,
  site: Site,
  language: Language,
  shot: (name: string) => Promise<void>,
): Promise<void> {
  const [first, second, third] = NAMES[language];
  const made = summary(Math.floor(Date.now() / 1000));
  const share = (part: number, cost: number) => figures(Math.round(made.total.requests * part), cost);
  const byKey = [
    { api_key_id: 'key_7Rk2mQ9xLa', ...share(0.46, 0.0044) },
    { api_key_id: 'key_b4TzW8pYdE', ...share(0.31, 0.0052) },
    { api_key_id: 'key_Jn6Vc3sHuG', ...share(0.18, 0.0019) },
    { api_key_id: 'session', ...share(0.05, 0.0021) },
  ];
  const resets = Math.floor(Date.UTC(2026, 11, 1) / 1000);
  const budget = (usd: number, spent: number, held: number) => ({
    budget: { unit: 'usd', spent, held, left: usd - spent - held, resets_at: resets },
  });
  const keys = [
    key('key_7Rk2mQ9xLa', first, {
      limits: { ...NO_LIMITS, rpm: 60, models: ['gpt-*'], budget: { usd: 20, period: 'month' } },
      left: budget(20, 5.42, 0.16),
      open_calls: 2,
    }),
    key('key_b4TzW8pYdE', second, {
      limits: { ...NO_LIMITS, budget: { usd: 5, period: 'month' } },
      left: budget(5, 4.31, 0),
    }),
    key('key_Jn6Vc3sHuG', third, { limits: { ...NO_LIMITS, tpm: 200_000 }, left: { budget: null } }),
  ];
  await page.route('**/v1/usage/summary*', (route) => route.fulfill({ json: { ...made, by_key: byKey } }));
  await page.route('**/v1/organization/projects/default/api_keys*', (route) =>
    route.fulfill({ json: { object: 'list', data: keys, has_more: false, last_id: null } }),
  );
  await page.goto(`${site.url}/usage`);
  await page.locator('input[name=token]').waitFor();
  await shot('usage-sign-in');
  await signInForUsage(page, API_TOKEN);
  await page.locator('rect.value').first().waitFor();
  await shot('usage');
  await page.locator('.doubts').evaluate((doubts) => doubts.scrollIntoView());
  await shot('usage-tables');
  await page.locator('#keys').evaluate((heading) => heading.scrollIntoView());
  await shot('usage-keys');
  await page.locator('.section-head .primary').click();
  await page.locator('dialog input').first().fill(first);
  await page.locator('dialog input[type=number]').first().fill('20');
  await shot('usage-issue');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  const own = await issue(askerOf(site.url), { budget: { usd: 20 } }, first);
  await page.route('**/v1/key', (route) => route.fulfill({ json: { ...keys[0], object: 'key' } }));
  await page.locator('.top button').click();
  await page.unroute('**/v1/usage/summary*');
  await page.route('**/v1/usage/summary*', (route) =>
    route.fulfill({ json: { ...summary(Math.floor(Date.now() / 1000), 0.46), by_key: byKey.slice(0, 1) } }),
  );
  await signInForUsage(page, own.value);
  await page.locator('rect.value').first().waitFor();
  await shot('usage-own');
}
