/** Finding a conversation again: days, the archive, the list that folds. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { ask, backupOf, closeDialog, importFile, PHONE, words } from '../support/page/site.ts';
import { storedRows } from '../support/page/stored.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

/** Conversations of other days, as a backup brings them. */
async function bringIn(page: Page, titles: Readonly<Record<string, number>>): Promise<void> {
  const rows = Object.entries(titles).map(([title, updated], n) => ({
    chat: { id: `c${n}`, title, named: true, pinned: false, created: updated, updated, leaf: `m${n}` },
    message: { id: `m${n}`, chat: `c${n}`, parent: null, role: 'user', text: `${title}?`, at: updated },
  }));
  const chats = rows.map(({ chat }) => chat);
  const messages = rows.map(({ message }) => message);
  await importFile(page, backupOf(chats, messages));
  await expect
    .poll(async () => (await storedRows(page, 'chats')).length)
    .toBeGreaterThanOrEqual(Object.keys(titles).length);
  await closeDialog(page);
}

/** The names of the groups with the conversations in them, as they stand below each other. */
function listed(page: Page): Promise<string[]> {
  return page
    .locator('.chats :is(summary, a)')
    .evaluateAll((nodes) =>
      nodes
        .filter((node) => node instanceof HTMLElement && node.checkVisibility())
        .map((node) => node.firstChild?.textContent ?? ''),
    );
}

async function act(page: Page, chat: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for “${chat}”` }).click();
  await page.locator('.menu').getByRole('button', { name: action, exact: true }).click();
}

const DAY = 86_400_000;

describe('the list of conversations', () => {
  it('says on which day each was last used, and each message when it was written', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const now = Date.now();
    await bringIn(page, { Old: Date.UTC(2024, 4, 15), Recent: now - DAY * 5, Fresh: now });
    expect(await listed(page)).toEqual(['today', 'Fresh', 'Last 7 days', 'Recent', 'May 2024', 'Old']);
    await page.getByRole('link', { name: 'Old' }).click();
    await expect.poll(() => page.locator('.question time').innerText()).toContain('May 15, 2024');
    world.site.answer(words('Now.'));
    await ask(page, 'And now?');
    await page.locator('.answer .figures').waitFor();
    expect(await page.locator('.answer time').innerText()).toMatch(/^\d{1,2}:\d\d/);
    await expect.poll(() => listed(page)).toEqual(['today', 'Old', 'Fresh', 'Last 7 days', 'Recent']);
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });

  it('puts conversations aside into the archive, by keyboard too, where they are still found', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await bringIn(page, { Pelicans: Date.now(), Herons: Date.now() - 1000 });
    await page.getByRole('link', { name: 'Pelicans' }).click();
    await page.getByRole('button', { name: 'Actions for “Pelicans”' }).press('Enter');
    await page.locator('.menu button:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.toast').innerText()).toContain('Archived “Pelicans”');
    expect(await listed(page)).toEqual(['today', 'Herons', 'Archived']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => listed(page)).toEqual(['today', 'Pelicans', 'Herons']);
    await expect.poll(() => page.locator('h1').innerText()).toBe('Pelicans');

    await act(page, 'Pelicans', 'Archive');
    await expect.poll(() => listed(page)).toEqual(['today', 'Herons', 'Archived']);
    await page.reload();
    await expect.poll(() => listed(page)).toEqual(['today', 'Herons', 'Archived']);
    await page.getByLabel('Search conversations').fill('pelicans');
    await expect.poll(() => listed(page)).toEqual(['Archived', 'Pelicans']);
    await page.getByRole('link', { name: 'Pelicans' }).click();
    await page.getByLabel('Search conversations').fill('');
    await expect.poll(() => listed(page)).toEqual(['today', 'Herons', 'Archived']);
    // What goes on is no longer put aside.
    world.site.answer(words('Still here.'));
    await ask(page, 'Are you there?');
    await expect.poll(() => listed(page)).toEqual(['today', 'Pelicans', 'Herons']);
    visitor.expectPeace();
  });

  it('is the same in two tabs that change different things of one conversation', async () => {
    await using visitor = await world.visit();
    const first = visitor.page;
    await bringIn(first, { Shared: Date.now() });
    const second = await visitor.tab();
    await second.getByRole('button', { name: 'Actions for “Shared”' }).click();
    await act(first, 'Shared', 'Archive');
    await second.locator('.menu').getByRole('button', { name: 'Pin', exact: true }).click();
    await expect
      .poll(async () => (await storedRows(first, 'chats')).map(({ pinned, archived }) => [pinned, archived]))
      .toEqual([[true, true]]);
    for (const page of [first, second]) await expect.poll(() => listed(page)).toEqual(['Archived']);
    visitor.expectPeace();
  });
});

describe('the list beside the conversation', () => {
  it('folds away by its button and by the keyboard, stays so, and comes back for a search', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const button = page.getByRole('button', { name: 'Conversations' });
    const side = page.locator('nav.side');
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await button.click();
    await expect.poll(() => side.count()).toBe(0);
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    await page.getByRole('button', { name: 'New chat' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.reload();
    await page.locator('.welcome').waitFor();
    expect(await side.count()).toBe(0);
    // The shortcuts are fetched after the page stands.
    await expect
      .poll(async () => {
        if ((await side.count()) === 0) await page.keyboard.press('Control+Shift+S');
        return side.count();
      })
      .toBe(1);
    await page.keyboard.press('Control+Shift+S');
    await expect.poll(() => side.count()).toBe(0);
    await page.keyboard.press('Control+k');
    await expect.poll(() => side.count()).toBe(1);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    visitor.expectPeace();
  });

  it('is a drawer on a phone, with the same groups', async () => {
    await using visitor = await world.visit({
      ...PHONE,
      locale: 'zh-CN',
      colorScheme: 'dark',
    });
    const { page } = visitor;
    await bringIn(page, { 鹈鹕: Date.now(), 苍鹭: Date.now() - DAY });
    await page.getByRole('button', { name: '对话', exact: true }).tap();
    await page.locator('dialog.drawer').waitFor();
    expect(await listed(page)).toEqual(['今天', '鹈鹕', '昨天', '苍鹭']);
    await page.getByRole('button', { name: '“苍鹭”的操作' }).tap();
    await page.locator('.menu').getByRole('button', { name: '归档' }).tap();
    await expect.poll(() => page.locator('.toast').innerText()).toContain('已归档“苍鹭”');
    await page.getByRole('button', { name: '对话', exact: true }).tap();
    await expect.poll(() => listed(page)).toEqual(['今天', '鹈鹕', '已归档']);
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });
});
