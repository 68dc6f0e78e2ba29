/** The keys that one's fingers know, and messages that wait for the answer before them. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { ask, begun, closeDialog, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute('type'));

/** The page stands and listens: the list of keys comes and goes. */
async function listening(page: Page): Promise<void> {
  await page.locator('.scroller').focus();
  await expect
    .poll(async () => {
      await page.keyboard.press('Control+/');
      return page.getByRole('dialog', { name: /shortcuts|快捷键/ }).count();
    })
    .toBe(1);
  await page.getByRole('dialog').waitFor();
}

describe('shortcuts', () => {
  it('are listed at ?, by themselves and in the settings', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await listening(page);
    expect(await page.getByRole('dialog').innerText()).toContain('Search conversations');
    expect(await axeFindings(page)).toEqual([]);
    await closeDialog(page);
    await page.locator('.scroller').focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await closeDialog(page);
    await page.locator('#composer').focus();
    await page.keyboard.press('?');
    expect(await page.locator('#composer').inputValue()).toBe('?');
    visitor.expectPeace();
  });

  it('search, begin a chat, lead to the field, and let one type anywhere', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await listening(page);
    await closeDialog(page);
    await ask(page, 'First question');
    await page.locator('.figures').waitFor();
    await page.keyboard.press('Control+k');
    await expect.poll(() => focused(page)).toBe('search');
    await page.keyboard.press('Shift+Escape');
    await expect.poll(() => focused(page)).toBe('composer');
    await page.locator('.scroller').focus();
    await page.keyboard.type('typed anywhere');
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('typed anywhere');
    await page.locator('#composer').fill('');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('First question');
    expect(await page.locator('.editing').innerText()).toContain('Editing creates a new branch');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+O');
    await page.locator('.welcome').waitFor();
    visitor.expectPeace();
  });

  it('stop the answer by Escape from anywhere', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await listening(page);
    await closeDialog(page);
    const answer = await begun(world.site, page, 'Stop me', 'Well');
    await page.locator('.scroller').focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.ending').count()).toBe(1);
    answer.say('!');
    await answer.gone;
  });

  it('open the search on a phone with a keyboard', async () => {
    await using visitor = await world.visit({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    const { page } = visitor;
    await listening(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await closeDialog(page);
    await page.keyboard.press('Control+k');
    await expect.poll(() => focused(page)).toBe('search');
    visitor.expectPeace();
  });
});

describe('a message written while an answer is coming', () => {
  it('waits for it, says so, and is sent when it is done', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await begun(world.site, page, 'First', 'One');
    await ask(page, 'Second');
    await expect.poll(() => page.locator('.editing').innerText()).toContain('sent after the answer');
    expect(await page.locator('.question').count()).toBe(1);
    expect(await axeFindings(page)).toEqual([]);
    world.site.answer(words('Two'));
    const before = world.site.asked().length;
    answer.finish();
    await expect.poll(() => page.locator('.figures').count()).toBe(2);
    const [asked, ...more] = world.site.asked().slice(before);
    expect(asked?.messages.at(-1)?.content).toContain('Second');
    expect(more).toEqual([]);
    expect(await page.locator('#composer').inputValue()).toBe('');
    visitor.expectPeace();
  });

  it('stays in the field where it is cancelled, changed, or the answer is stopped', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await begun(world.site, page, 'First', 'One');
    await ask(page, 'Second');
    await page.locator('.editing').getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => page.locator('.editing').count()).toBe(0);
    await page.locator('#composer').press('Enter');
    await page.locator('.editing').waitFor();
    await page.locator('#composer').press('x');
    await expect.poll(() => page.locator('.editing').count()).toBe(0);
    await page.getByRole('button', { name: 'Send after this answer' }).click();
    await page.locator('.editing').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect.poll(() => page.locator('.ending').count()).toBe(1);
    await expect.poll(() => page.locator('.editing').count()).toBe(0);
    expect(await page.locator('#composer').inputValue()).toBe('Secondx');
    expect(await page.locator('.question').count()).toBe(1);
    answer.say('!');
    await answer.gone;
  });
});
