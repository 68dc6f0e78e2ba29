/** The page opened by a link that brings a question along. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PHONE, words } from '../support/page/site.ts';
import { storedRows } from '../support/page/stored.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const written = (page: Page) => page.locator('#composer').inputValue();
const path = (page: Page) => {
  const { pathname, search, hash } = new URL(page.url());
  return pathname + search + hash;
};

describe('a link with a question', () => {
  it('fills the field and names the model, and sends nothing by itself', async () => {
    world.site.answer(words('Once asked.'));
    const before = world.site.asked().length;
    await using visitor = await world.visit({
      path: '/?q=Why%20is%20it%20so%3F%0AAnd%20since%20when%3F&model=deepseek-chat',
    });
    const { page } = visitor;
    await expect.poll(() => written(page)).toBe('Why is it so?\nAnd since when?');
    expect(path(page)).toBe('/');
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('deepseek-chat');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('composer');
    // A reload keeps the draft and the model, and still sends nothing.
    await page.reload();
    await expect.poll(() => written(page)).toBe('Why is it so?\nAnd since when?');
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('deepseek-chat');
    expect(await storedRows(page, 'chats')).toEqual([]);
    expect(world.site.asked().length).toBe(before);
    await page.locator('#composer').press('Enter');
    await page.locator('.answer .figures').waitFor();
    expect(world.site.asked().at(-1)).toMatchObject({ model: 'deepseek-chat' });
    // The next conversation is as the settings say.
    await page.getByRole('button', { name: 'New chat' }).click();
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('Built-in assistant');
    visitor.expectPeace();
  });

  it('gives back what was written there before', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').fill('half a thought');
    await expect.poll(async () => (await storedRows(page, 'drafts')).length).toBe(1);
    const second = await visitor.tab('/?q=from+a+link');
    await expect.poll(() => written(second)).toBe('from a link');
    await expect.poll(() => second.locator('.toast').innerText()).toContain('in place of yours');
    await second.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => written(second)).toBe('half a thought');
    await expect
      .poll(async () => (await storedRows(second, 'drafts')).map(({ text }) => text))
      .toEqual(['half a thought']);
    visitor.expectPeace();
  });

  it('opens the model picker’s choice over it, on a phone in Chinese', async () => {
    world.site.answer(words('好。'));
    await using visitor = await world.visit({
      path: '/?q=%E4%BD%A0%E5%A5%BD&model=gpt-4.1',
      ...PHONE,
      locale: 'zh-CN',
    });
    const { page } = visitor;
    await expect.poll(() => written(page)).toBe('你好');
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('gpt-4.1');
    await page.locator('.recipient').tap();
    await page.locator('.picker').getByText('deepseek-chat').tap();
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('deepseek-chat');
    await page.locator('.send').tap();
    await page.locator('.answer .figures').waitFor();
    expect(world.site.asked().at(-1)).toMatchObject({ model: 'deepseek-chat' });
    visitor.expectPeace();
  });
});
