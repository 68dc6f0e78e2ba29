/** The model picker at the composer and at an answer: by mouse, keyboard and touch. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { ask, closeDialog, PHONE, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const MANY = [
  { id: 'fast', owned_by: 'nexcode-alias' },
  { id: 'whisper-1', upstream: 'openai' },
  ...Array.from({ length: 300 }, (_, index) => ({
    id: `model-${index}`,
    upstream: index % 2 === 0 ? 'openai' : 'deepseek',
  })),
];

async function withModels(page: Page, data: readonly object[] = MANY): Promise<void> {
  await page.route('**/v1/models', (route) => route.fulfill({ json: { object: 'list', data } }));
}

const picker = (page: Page) => page.locator('.picker');
const choices = (page: Page) => picker(page).locator('.choice');

async function openPicker(page: Page): Promise<void> {
  // One that was just closed is taken away first: its end would be the new one's.
  await picker(page).waitFor({ state: 'detached' });
  await page.locator('.recipient').click();
  await picker(page).waitFor();
}

async function modelOf(page: Page, question: string): Promise<string> {
  const sent = page.waitForRequest('**/v1/chat/completions');
  await ask(page, question);
  return (await sent).postDataJSON().model;
}

describe('the model picker', () => {
  it('offers hundreds by upstream, with aliases marked and what does not chat hidden', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await withModels(page);
    await openPicker(page);
    await expect.poll(() => choices(page).count()).toBe(303);
    const heads = await picker(page).locator('h3').allInnerTexts();
    expect(heads).toEqual(['Recent', 'Aliases', 'deepseek', 'openai']);
    expect(await picker(page).getByRole('button', { name: 'fast alias' }).count()).toBe(1);
    expect(await picker(page).innerText()).not.toContain('whisper-1');
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.type('whisper');
    await expect.poll(() => picker(page).locator('h3').allInnerTexts()).toEqual(['Not for chat']);
    visitor.expectPeace();
  });

  it('is used by keyboard alone: typing finds, arrows move, Enter takes, Escape leaves', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await withModels(page);
    await page.locator('#composer').focus();
    const chosen = page.locator('.recipient:focus');
    for (let tabs = 0; tabs < 5 && (await chosen.count()) === 0; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await picker(page).waitFor();
    await expect.poll(() => choices(page).count()).toBe(303);
    await page.keyboard.type('deepseek model-29');
    await expect.poll(() => choices(page).count()).toBe(7);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('model-291');
    await openPicker(page);
    await closeDialog(page);
    expect(await modelOf(page, 'Who are you?')).toBe('model-291');
    visitor.expectPeace();
  });

  it('chooses for its conversation, and remembers what was chosen and pinned', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await withModels(page);
    await openPicker(page);
    await picker(page).getByRole('button', { name: 'model-7', exact: true }).click();
    expect(await modelOf(page, 'First')).toBe('model-7');
    await page.locator('.figures').waitFor();
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await openPicker(page);
    await picker(page).getByRole('button', { name: 'Pin model-100', exact: true }).click();
    await picker(page).getByRole('button', { name: 'model-8', exact: true }).click();
    expect(await modelOf(page, 'Second')).toBe('model-8');
    await page.locator('.figures').waitFor();
    await page.getByRole('link', { name: 'First' }).click();
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('model-7');
    // The conversation's messages are read behind its choice.
    await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual(['First']);
    expect(await modelOf(page, 'Third')).toBe('model-7');
    await page.reload();
    await openPicker(page);
    await expect
      .poll(() => picker(page).locator('section').first().innerText())
      .toMatch(/Pinned\s+model-100/);
    expect(await picker(page).locator('section').nth(1).innerText()).toMatch(/Recent\s+model-8\s+model-7/);
    expect(await picker(page).locator('[aria-current=true]').innerText()).toContain('model-7');
    visitor.expectPeace();
  });

  it('takes any name that is typed, and leads to the assistant and to the settings', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit({ locale: 'zh-CN' });
    const { page } = visitor;
    await openPicker(page);
    await page.keyboard.type('my/own-model:7b');
    await picker(page).getByRole('button', { name: '使用“my/own-model:7b”' }).click();
    expect(await modelOf(page, '你好')).toBe('my/own-model:7b');
    await openPicker(page);
    await picker(page).getByRole('button', { name: '内置助手' }).click();
    expect(await modelOf(page, '再来')).toBe('nexcode');
    await openPicker(page);
    await picker(page).getByRole('button', { name: 'API 密钥与设置…' }).click();
    await page.getByLabel(/OpenAI Chat Completion/).waitFor();
    visitor.expectPeace();
  });

  it('asks somebody else for one answer, and leaves the conversation as it is', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'Hi');
    await page.locator('.figures').waitFor();
    await page.getByRole('button', { name: 'Use another model…' }).click();
    await picker(page).waitFor();
    await page.keyboard.type('deepseek');
    await expect.poll(() => choices(page).first().innerText()).toContain('deepseek');
    const sent = page.waitForRequest('**/v1/chat/completions');
    await page.keyboard.press('Enter');
    expect((await sent).postDataJSON().model).toBe('deepseek-chat');
    await expect.poll(() => page.locator('.versions').innerText()).toContain('2/2');
    expect(await page.locator('.recipient').innerText()).toContain('Built-in assistant');
  });

  it('fits a phone', async () => {
    await using visitor = await world.visit(PHONE);
    const { page } = visitor;
    await withModels(page);
    await page.locator('.recipient').tap();
    await expect.poll(() => choices(page).count()).toBe(303);
    const { width, x } = (await picker(page).boundingBox()) ?? { width: 0, x: -1 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(390);
    // A row is laid out once it comes near the window.
    const small = () =>
      choices(page).evaluateAll((all) =>
        all
          .slice(0, 10)
          .map((choice) => choice.getBoundingClientRect().height)
          .filter((height) => height < 44),
      );
    await expect.poll(small).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
  });
});
