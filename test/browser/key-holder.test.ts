/** Whoever is signed in with an issued key: what is left, what is refused, and that a revoked key ends the login. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { asOperator, issue, PROJECT } from '../support/keys.ts';
import { axeFindings } from '../support/page/axe.ts';
import { ask } from '../support/page/site.ts';
import { counted, USAGE_SETTINGS } from '../support/page/usage.ts';
import { pageWorld } from '../support/page/world.ts';
import { API_TOKEN, askerOf } from '../support/surface.ts';

const world = pageWorld(USAGE_SETTINGS);
const asker = () => askerOf(world.site.url);

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Access token or key').fill(token);
  await page.getByLabel('Access token or key').press('Enter');
  await page.waitForURL((url) => url.pathname === '/');
}

async function useServersModel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Use the OpenAI Chat Completion API').check();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describe('the login page', () => {
  it('says the three ways in, and what each may do', async () => {
    await using visitor = await world.visit({ path: '/login' });
    const { page } = visitor;
    const ways = page.getByRole('region', { name: 'Three ways to use this server' });
    await expect.poll(() => ways.locator('dt').allInnerTexts()).toHaveLength(3);
    const text = await ways.innerText();
    expect(text).toContain('API_TOKEN');
    expect(text).toContain('You see your own usage and nobody else’s.');
    expect(text).toContain('No login is needed');
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });

  it('tells a key of the reader’s own from a wrong token', async () => {
    await using visitor = await world.visit({ path: '/login' });
    const { page } = visitor;
    const field = page.getByLabel('Access token or key');
    await field.fill('sk-proj-of-somebody-0123456789');
    await field.press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('an API key of your own');
    await field.fill('a-wrong-token');
    await field.press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('Wrong token or key.');
  });
});

describe('the holder of a key', () => {
  it('sees who is signed in, is warned before the budget ends, and is refused in words', async () => {
    const key = await issue(asker(), { budget: { usd: 0.01, period: 'day' } }, 'Xiao Ming');
    await using visitor = await world.visit({ path: '/login' });
    const { page } = visitor;
    await signIn(page, key.value);
    await useServersModel(page);
    expect(await page.locator('.banner').count()).toBe(0);

    // 100 tokens in at a dollar a million, and as many out at two as use up most of it.
    world.site.answer(counted(100, 4600));
    await ask(page, 'Spend most of it');
    await expect
      .poll(() => page.locator('.banner').innerText())
      .toContain('Your key has $0.0007 left of $0.01.');
    expect(await page.locator('.banner').innerText()).toContain('It renews on');
    expect(await page.locator('.key-left').innerText()).toBe('left of your key: $0.0007');
    expect(await axeFindings(page)).toEqual([]);

    await ask(page, 'And more');
    const card = page.locator('.card[role=alert]');
    await expect.poll(() => card.innerText()).toContain('The budget of your key is used up, or too small');
    await card.getByRole('button', { name: 'Usage and keys' }).waitFor();

    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await expect
      .poll(() => page.getByRole('dialog').innerText())
      .toContain('Signed in with the key Xiao Ming');
  });

  it('whose key is revoked is asked to sign in at the next message, which is kept', async () => {
    const key = await issue(asker(), {}, 'Short-lived');
    await using visitor = await world.visit({ path: '/login' });
    const { page } = visitor;
    await signIn(page, key.value);
    await useServersModel(page);
    const removed = await asOperator(asker(), `${PROJECT}/api_keys/${key.id}`, { method: 'DELETE' });
    expect(removed.status).toBe(200);
    await ask(page, 'Is it still me?');
    const card = page.locator('.card[role=alert]');
    await expect.poll(() => card.innerText()).toContain('Please sign in to continue. Your message is kept.');
    await card.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/login?next=*');
    await page.getByLabel('Access token or key').fill(API_TOKEN);
    await page.getByLabel('Access token or key').press('Enter');
    await page.waitForURL((url) => url.pathname === '/');
    await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual(['Is it still me?']);
    world.site.answer(counted(5, 2));
    await card.getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => page.locator('.answer').last().innerText()).toContain('ok');
  });
});
