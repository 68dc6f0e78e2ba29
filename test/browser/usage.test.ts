/** The usage page: who spent what, as the upstream counted it, and to everybody no more than their own. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { apiError, chatStream, respond, stream } from '../support/answers.ts';
import { startGateway } from '../support/gateway.ts';
import { asOperator, issue, PROJECT } from '../support/keys.ts';
import { axeFindings } from '../support/page/axe.ts';
import { staged, startSite } from '../support/page/site.ts';
import {
  callWith,
  counted,
  shownRequests,
  signInForUsage,
  tableOf,
  USAGE_SETTINGS,
} from '../support/page/usage.ts';
import { pageWorld } from '../support/page/world.ts';
import { API_TOKEN, askerOf } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';

const world = pageWorld(USAGE_SETTINGS);
const asker = () => askerOf(world.site.url);

describe('the usage page', () => {
  it('tells the operator what two keys spent at once, to the token the upstream counted', async () => {
    const [li, han] = [
      await issue(asker(), { budget: { usd: 5 } }, 'Li Lei'),
      await issue(asker(), {}, 'Han Meimei'),
    ];
    const told = { input: 0, output: 0 };
    let calls = 0;
    world.site.answer((exchange) => {
      calls += 1;
      const [prompt, completion] = [100 + calls, 10 * calls];
      told.input += prompt;
      told.output += completion;
      return counted(prompt, completion)(exchange);
    });
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => callWith(world.site, n % 3 === 0 ? li.value : han.value)),
    );
    await callWith(world.site, API_TOKEN);
    expect(calls).toBe(13);
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    await signInForUsage(page, API_TOKEN);
    await shownRequests(page, 13);
    const keys = await tableOf(page, 'By key');
    const lines = new Map(keys.map((cells) => [cells[0], cells]));
    expect(lines.get('Li Lei')?.[2]).toBe('4');
    expect(lines.get('Han Meimei')?.[2]).toBe('8');
    expect(lines.get('Server’s token')?.[2]).toBe('1');
    const figures = (place: number) => Number(lines.get('Total')?.[place]?.replaceAll(/[^\d.]/g, ''));
    expect(figures(5)).toBe(told.input);
    expect(figures(6)).toBe(told.output);
    // A dollar a million tokens in, two out.
    expect(figures(1)).toBeCloseTo((told.input + 2 * told.output) / 1e6, 9);
    expect(await tableOf(page, 'By model')).toHaveLength(3);
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });

  it('tells answers that broke off, failures and what nobody counted apart', async () => {
    const key = await issue(asker(), {}, 'With failures');
    world.site.answer(counted(100, 10));
    await callWith(world.site, key.value);
    world.site.answer(stream(chatStream(['only', ' half']).slice(0, 2), 'cut'));
    await callWith(world.site, key.value);
    world.site.answer(respond(apiError('no'), 500));
    await callWith(world.site, key.value);
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    await signInForUsage(page, key.value);
    await shownRequests(page, 3);
    const tiles = await page.locator('.tiles').innerText();
    expect(tiles).toContain('1 failed');
    expect(tiles).toContain('1 cut off');
    expect(tiles).toContain('1 estimated');
    expect(tiles).toContain('≈ $');
    const total = (await tableOf(page, 'By model')).at(-1);
    expect(total?.slice(2, 5)).toEqual(['3', '1', '1']);
    // What the tokens of the cut answer were, the upstream never said.
    expect(total?.at(-1)).toBe('1 estimated');
    expect(total?.at(-2)).toMatch(/^[\d.]+s$/);
    expect(await page.locator('.doubts').innerText()).toContain('Estimated:');
    visitor.expectPeace();
  });

  it('shows the holder of a key what is left of it, and nobody else', async () => {
    const own = await issue(asker(), { budget: { usd: 2, period: 'week' }, rpm: 30 }, 'Own');
    const other = await issue(asker(), {}, 'Somebody else');
    world.site.answer(counted(1000, 500));
    await callWith(world.site, own.value);
    await callWith(world.site, other.value, 'gpt-of-another');
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    const answers: string[] = [];
    page.on('response', async (response) => {
      if (new URL(response.url()).pathname.startsWith('/v1/')) answers.push(await response.text());
    });
    await signInForUsage(page, own.value);
    await shownRequests(page, 1);
    await expect
      .poll(() => page.locator('.card').first().innerText())
      .toContain('$1.998 left of $2.00 a week');
    const text = await page.locator('#figures').innerText();
    expect(text).toContain('Signed in with the key Own');
    expect(text).not.toMatch(/Somebody else|gpt-of-another|Issue a key|By key/);
    expect(answers.join()).not.toMatch(new RegExp(`Somebody else|gpt-of-another|${other.id}`));
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });

  it('says the next step where nothing is kept, and where nothing was called', async () => {
    await using bare = await startSite({ REQUIRE_AUTH: 'false' });
    await using visitor = await world.visit({ path: `${bare.url}/usage` });
    await expect.poll(() => visitor.page.locator('main').innerText()).toContain('set API_TOKEN');
    expect(await visitor.page.getByRole('link', { name: 'How to set it up' }).getAttribute('href')).toBe(
      '/docs/en/keys',
    );
    await using closed = await startSite({ LEDGER: 'true', REQUIRE_AUTH: 'false' });
    const noLogin = await visitor.tab(`${closed.url}/usage`);
    await expect.poll(() => noLogin.locator('main').innerText()).toContain('Nobody can sign in here yet');
    await using keyless = await startSite({ LEDGER: 'true', API_TOKEN, REQUIRE_AUTH: 'true' });
    const noKeys = await visitor.tab(`${keyless.url}/usage`);
    await signInForUsage(noKeys, API_TOKEN);
    await expect.poll(() => noKeys.locator('#figures').innerText()).toContain('KEYS_SECRET is not set');
    await using fresh = await startSite(USAGE_SETTINGS);
    const page = await visitor.tab(`${fresh.url}/usage`);
    await signInForUsage(page, API_TOKEN);
    await expect.poll(() => page.locator('.empty').innerText()).toContain('Issue a key');
    expect(await axeFindings(page)).toEqual([]);
  });
});

describe('the operator', () => {
  it('issues a key that is shown once, which works at once with its limits', async () => {
    world.site.answer(counted(10, 5));
    await using visitor = await world.visit({
      path: '/usage',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = visitor;
    await signInForUsage(page, API_TOKEN);
    await page.getByRole('button', { name: 'Issue a key', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('New colleague');
    await dialog.getByLabel('Amount').fill('0.5');
    await dialog.getByLabel('Models').fill('gpt-a*, gpt-b');
    await dialog.getByLabel('Requests a minute').fill('1');
    await dialog.getByRole('button', { name: 'Issue', exact: true }).click();
    const field = dialog.getByLabel('Key', { exact: true });
    await field.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const value = await field.inputValue();
    expect(value).toMatch(/^sk-nx-/);
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(value);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const card = page.locator('.keys .card', { hasText: 'New colleague' });
    await expect.poll(() => card.innerText()).toContain('$0.50 left of $0.50 a month');
    expect(await card.innerText()).toContain('Models: gpt-a*, gpt-b');
    expect(await page.content()).not.toContain(value);
    expect(await callWith(world.site, value, 'gpt-a1')).toContain('[DONE]');
    expect(await callWith(world.site, value, 'gpt-a1')).toContain('rate_limit_exceeded');
    expect(await callWith(world.site, value, 'gpt-other')).toContain('model_not_found');
    visitor.expectPeace();
  });

  it('changes limits, and a limit that is emptied is gone', async () => {
    const key = await issue(asker(), { budget: { usd: 1 }, rpm: 5, models: ['gpt-*'] }, 'To be changed');
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    await signInForUsage(page, API_TOKEN);
    await page.getByRole('button', { name: 'Change limits of To be changed' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Requests a minute').fill('');
    await dialog.getByLabel('Amount').fill('1000');
    await dialog.getByLabel('Unit').selectOption('tokens');
    await dialog.getByLabel('Renews').selectOption('day');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const card = page.locator('.keys .card', { hasText: 'To be changed' });
    await expect.poll(() => card.innerText()).toContain('1,000 tokens left of 1,000 tokens a day');
    const stored = await asOperator(asker(), `${PROJECT}/api_keys/${key.id}`);
    expect(stored.json()).toMatchObject({
      limits: { rpm: null, models: ['gpt-*'], budget: { tokens: 1000, period: 'day' } },
      expires_at: null,
    });
    await expect.poll(() => focusedName(page)).toBe('Change limits of To be changed');
    visitor.expectPeace();
  });

  it('revokes a key while its stream runs: the stream ends, and its holder’s page asks to sign in', async () => {
    const key = await issue(asker(), {}, 'To be revoked');
    const answer = staged();
    world.site.answer(answer.script);
    const stream = callWith(world.site, key.value);
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    await signInForUsage(page, API_TOKEN);
    const card = page.locator('.keys .card', { hasText: 'To be revoked' });
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Refresh' }).click();
        return card.innerText();
      })
      .toContain('Calls under way: 1');
    await using holder = await world.visit({ path: '/usage' });
    await signInForUsage(holder.page, key.value);
    await card.getByRole('button', { name: 'Revoke To be revoked' }).click();
    const dialog = page.getByRole('dialog');
    // Nothing ends without the second yes.
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await card.getByRole('button', { name: 'Revoke To be revoked' }).click();
    await dialog.getByLabel('End its answers under way too').check();
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    expect(await stream).not.toContain('[DONE]');
    await answer.gone;
    await card.waitFor({ state: 'detached' });
    await page.getByLabel(/Show revoked and expired keys/).check();
    await expect.poll(() => card.innerText()).toContain('Revoked');
    expect(await callWith(world.site, key.value)).toContain('invalid_api_key');
    await holder.page.getByRole('button', { name: 'Refresh' }).click();
    await expect
      .poll(() => holder.page.locator('form [role=status]').innerText())
      .toContain('Your login has ended.');
    visitor.expectPeace();
    holder.expectPeace();
  });

  it('exports what the server exports, and the holder of a key their own rows', async () => {
    const key = await issue(asker(), {}, 'Exported');
    world.site.answer(counted(7, 3));
    await callWith(world.site, key.value);
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    await signInForUsage(page, API_TOKEN);
    for (const format of ['csv', 'json', 'ndjson']) {
      const file = await exported(page, format);
      const whole = (await asOperator(asker(), `/v1/usage/export?format=${format}`)).text();
      expect(file, format).toBe(whole);
      expect(file).toContain(key.id);
    }
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signInForUsage(page, key.value);
    const rows = (await exported(page, 'csv')).trim().split('\r\n');
    expect(rows).toHaveLength(2);
    expect(rows[1]?.split(',')[1]).toBe(key.id);
    visitor.expectPeace();
  });

  it('prices calls that had no price once there is one, exactly and once', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'nexcode-usage-'));
    await using upstream = await startUpstream();
    upstream.always(counted(1000, 500));
    const settings = { ...USAGE_SETTINGS, OPENAI_API_BASE: upstream.base };
    await using unpriced = await startGateway({ ...settings, PRICES: {} }, stateFolder);
    const key = await issue(askerOf(unpriced.url), {}, 'Li Lei');
    await callWith(unpriced, key.value);
    await callWith(unpriced, key.value);
    await using visitor = await world.visit({ path: `${unpriced.url}/usage` });
    const first = visitor.page;
    await signInForUsage(first, API_TOKEN);
    await shownRequests(first, 2);
    const cost = (page: Page) => page.locator('.tile').first().innerText();
    expect(await cost(first)).toMatch(/unknown\s+2 without a price/);
    await first.getByRole('button', { name: 'Price these calls now' }).click();
    await expect
      .poll(() => first.locator('.doubts').innerText())
      .toContain('Priced: 0. Still without a price: 2.');
    await unpriced.close();
    await using priced = await startGateway(settings, stateFolder);
    const page = await visitor.tab(`${priced.url}/usage`);
    await signInForUsage(page, API_TOKEN);
    await shownRequests(page, 2);
    await page.getByRole('button', { name: 'Price these calls now' }).click();
    // A thousand tokens in and five hundred out, at one dollar and two a million, twice.
    await expect.poll(() => cost(page)).toContain('$0.004');
    await expect.poll(() => cost(page)).not.toContain('without a price');
    const again = await asOperator(askerOf(priced.url), '/v1/usage/reprice', { method: 'POST', body: '{}' });
    expect(again.json()).toMatchObject({ repriced: 0, still_unpriced: 0 });
    await page.getByRole('button', { name: 'Refresh' }).click();
    expect(await cost(page)).toContain('$0.004');
  });
});

const LOOKS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['dark, Chinese, phone', { colorScheme: 'dark', locale: 'zh-CN', viewport: { width: 390, height: 844 } }],
  ['light, English, 320 pixels', { colorScheme: 'light', viewport: { width: 320, height: 640 } }],
  ['dark, English, wide', { colorScheme: 'dark' }],
  ['light, Chinese, wide', { colorScheme: 'light', locale: 'zh-CN' }],
];

describe('for everyone', () => {
  it.each(LOOKS)('every state is accessible, and nothing is cut off: %s', async (_, options) => {
    await issue(asker(), { budget: { usd: 5 }, rpm: 60 }, 'A name that is long enough for a narrow screen');
    world.site.answer(counted(10, 5));
    await callWith(world.site, API_TOKEN, 'gpt-test');
    await using visitor = await world.visit({ path: '/usage', ...options });
    const { page } = visitor;
    const expectAccessible = async (state: string) => {
      expect(await axeFindings(page), state).toEqual([]);
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content, state).toBeLessThanOrEqual(window ?? 0);
    };
    await page.locator('input[name=token]').waitFor();
    await expectAccessible('signing in');
    await page.locator('input[name=token]').fill('a wrong token');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await expectAccessible('a wrong token');
    await signInForUsage(page, API_TOKEN);
    await page.locator('.chart svg').waitFor();
    await page.locator('details summary').click();
    await expectAccessible('the figures');
    await page.locator('.filters select').first().selectOption('custom');
    await page.locator('input[type=date]').first().fill('2026-12-31');
    await page.locator('input[type=date]').last().fill('2026-01-01');
    await expectAccessible('no period');
    await page.locator('.section-head .primary').click();
    await page.locator('dialog').waitFor();
    await expectAccessible('issuing');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('.keys .danger').first().click();
    await page.locator('dialog').waitFor();
    await expectAccessible('revoking');
    visitor.expectPeace();
  });

  it('the keyboard alone issues a key and comes back to where it was', async () => {
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('token');
    await page.keyboard.type(API_TOKEN);
    await page.keyboard.press('Enter');
    await page.locator('.keys').waitFor();
    for (let presses = 0; presses < 60 && (await focusedName(page)) !== 'Issue a key'; presses++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.locator('dialog input').first().waitFor();
    await page.keyboard.type('By the keyboard');
    await page.keyboard.press('Enter');
    await page.locator('dialog input.value').waitFor();
    // It was not copied: Escape asks first.
    const asked: string[] = [];
    page.on('dialog', (question) => {
      asked.push(question.message());
      void question.accept();
    });
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(asked).toEqual(['Close without copying? The key cannot be shown again.']);
    await expect.poll(() => focusedName(page)).toBe('Issue a key');
    await expect.poll(() => page.locator('.keys').innerText()).toContain('By the keyboard');
    visitor.expectPeace();
  });

  it('speaks the language and wears the colours that were chosen on the chat page, as they change', async () => {
    await using visitor = await world.visit({ path: '/usage', colorScheme: 'light' });
    const { page } = visitor;
    await signInForUsage(page, API_TOKEN);
    const chat = await visitor.tab('/');
    await chat.getByRole('button', { name: 'Settings', exact: true }).click();
    await chat.getByLabel('Language').selectOption('zh-CN');
    await chat.getByLabel('主题').selectOption('dark');
    await expect.poll(() => page.locator('h1').innerText()).toBe('用量');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(22, 23, 26)',
    );
    visitor.expectPeace();
  });
});

/** What the focused element is called. */
function focusedName(page: Page): Promise<string | null | undefined> {
  return page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim(),
  );
}

/** The file that the page hands to its reader. */
async function exported(page: Page, format: string): Promise<string> {
  await page.getByLabel('Format').selectOption(format);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(new RegExp(`^nexcode-usage-.*\\.${format}$`));
  return readFile(await download.path(), 'utf8');
}
