/** Signing in where it is required: back to where one was, no loop, nobody else's address, nothing lost on the way. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/page/browser.ts';
import { ask, startSite, visit, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const TOKEN = 'a-token-of-more-than-twenty-characters';
const world = pageWorld({ API_TOKEN: TOKEN, REQUIRE_AUTH: 'true' });

const address = (page: Page) => new URL(page.url());

async function signIn(page: Page, token = TOKEN): Promise<void> {
  await page.getByLabel('Access token').fill(token);
  await page.getByLabel('Access token').press('Enter');
}

describe('a visitor who must sign in', () => {
  it('is taken to the login page, told when the token is wrong, and brought back', async () => {
    world.site.answer(words('Welcome.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.waitForURL('**/login?next=*');
    expect(address(page).searchParams.get('next')).toBe('/');
    await signIn(page, 'not the token of this server');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('Wrong token or key.');
    await signIn(page);
    await page.waitForURL(`${world.site.url}/`);
    await ask(page, 'Am I in?');
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Welcome.');
    const readable = await page.evaluate(
      () => `${document.cookie}${JSON.stringify({ ...localStorage, ...sessionStorage })}`,
    );
    expect(readable).not.toContain(TOKEN);
    visitor.expectPeace();
  });

  it('whose session ends in mid-conversation keeps the message and sends it again with one tap, in the same chat', async () => {
    world.site.answer(words('First.'));
    await using visitor = await world.visit({ path: '/login' });
    const { page } = visitor;
    await signIn(page);
    await page.waitForURL(`${world.site.url}/`);
    await ask(page, 'One');
    await page.locator('.figures').waitFor();
    await page.context().clearCookies();
    await ask(page, 'Two');
    const card = page.locator('.card[role=alert]');
    await expect.poll(() => card.innerText()).toContain('Please sign in to continue. Your message is kept.');
    const chat = address(page).hash;
    await card.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/login?next=*');
    await signIn(page);
    await page.waitForURL(`${world.site.url}/${chat}`);
    await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual(['One', 'Two']);
    world.site.answer(words('Second.'));
    await card.getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => page.locator('.answer').last().innerText()).toContain('Second.');
    visitor.expectPeace();
  });

  it('is taken there once, not again and again', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.waitForURL('**/login?next=*');
    await page.getByRole('link', { name: /Back without signing in/ }).click();
    await page.waitForURL(`${world.site.url}/`);
    await expect.poll(() => page.locator('.banner').innerText()).toContain('Sign in to ask questions.');
    await page.reload();
    await expect.poll(() => page.locator('.banner').innerText()).toContain('Sign in');
    expect(address(page).pathname).toBe('/');
    await ask(page, 'May I?');
    await expect.poll(() => page.locator('.card[role=alert]').innerText()).toContain('Please sign in');
    expect(address(page).pathname).toBe('/');
    visitor.expectPeace();
  });

  it('is never sent to another site, whatever the address of the login page says', async () => {
    await using visitor = await world.visit({ path: '/login' });
    await signIn(visitor.page);
    await visitor.page.waitForURL(`${world.site.url}/`);
    for (const next of [
      '//evil.example/',
      '/\\evil.example/',
      'https://evil.example/',
      '/\t/evil.example/',
      'javascript:alert(1)',
      '/.//evil.example/',
    ]) {
      // Somebody who is signed in goes on at once.
      const tab = await visitor.tab(`/login?next=${encodeURIComponent(next)}`);
      await tab.waitForURL((url) => url.pathname !== '/login');
      expect(address(tab).origin, next).toBe(world.site.url);
      await tab.close();
    }
    visitor.expectPeace();
  });

  it('may use a key of their own instead', async () => {
    world.site.answer(words('Your key, your answer.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.waitForURL('**/login?next=*');
    await page.getByRole('link', { name: /Back without signing in/ }).click();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Use the OpenAI Chat Completion API').check();
    await page.getByLabel('API key', { exact: true }).fill('sk-own-0123456789');
    await page.getByLabel('API key', { exact: true }).press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.banner').count()).toBe(0);
    await ask(page, 'Hi');
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Your key, your answer.');
    expect(world.site.asked().at(-1)?.authorization).toBe('Bearer sk-own-0123456789');
  });

  it('is told how long to wait after too many attempts', async () => {
    await using visitor = await world.visit({ path: '/login' });
    const { page } = visitor;
    await page.route('**/session', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 429,
            headers: { 'retry-after': '30' },
            json: { error: { message: 'Too many' } },
          })
        : route.continue(),
    );
    await signIn(page);
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('Try again in 30 seconds.');
  });

  it('can sign out again', async () => {
    await using visitor = await world.visit({ path: '/login' });
    const { page } = visitor;
    await signIn(page);
    await page.waitForURL(`${world.site.url}/`);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.banner').innerText()).toContain('Sign in');
    expect(await page.context().cookies()).toEqual([]);
  });
});

describe('over plain http under another name than localhost', () => {
  it('a login holds', async () => {
    await using site = await startSite({
      API_TOKEN: TOKEN,
      REQUIRE_AUTH: 'true',
      PUBLIC_HOSTS: 'nas.example',
    });
    const browser = await launchBrowser(['--host-resolver-rules=MAP nas.example 127.0.0.1']);
    try {
      const url = new URL(site.url);
      url.hostname = 'nas.example';
      site.answer(words('Welcome.'));
      await using visitor = await visit(browser, url.origin);
      const { page } = visitor;
      await page.waitForURL('**/login?next=*');
      await signIn(page);
      await page.waitForURL(`${url.origin}/`);
      await page.reload();
      await ask(page, 'Am I still in?');
      await expect.poll(() => page.locator('.answer').innerText()).toContain('Welcome.');
      // What another page could send: the cookie, and no header of the page's own.
      const foreign = await page.evaluate(async () => (await fetch('/session')).json());
      expect(foreign).toMatchObject({ authenticated: false });
      visitor.expectPeace();
    } finally {
      await browser.close();
    }
  });
});
