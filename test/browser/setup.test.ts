/** A conversation's role and parameters, and prompts of one's own: by mouse, keyboard and touch, in both languages. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { ask, closeDialog, PHONE, useServersModel, type Visitor, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const composer = (page: Page) => page.locator('#composer');

async function answered(page: Page, question: string, count = 1) {
  const sent = page.waitForRequest('**/v1/chat/completions');
  await ask(page, question);
  const body = (await sent).postDataJSON();
  await expect.poll(() => page.locator('.figures').count()).toBe(count);
  return body;
}

async function writePrompt(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'New prompt' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Text', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.prompt-list').getByText(name, { exact: true }).waitFor();
}

async function openSetup(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Role and parameters|角色与参数)$/ }).click();
  await page.locator('dialog.setup').waitFor();
}

describe('a role', () => {
  it('is sent with each message of its conversation, and with no other', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await openSetup(page);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('setup-role');
    await page.getByLabel('Role', { exact: true }).fill('Answer in one word.');
    expect(await axeFindings(page)).toEqual([]);
    await closeDialog(page);
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('Answer in one word.');
    const system = { role: 'system', content: 'Answer in one word.' };
    expect((await answered(page, 'First')).messages[0]).toEqual(system);
    expect((await answered(page, 'Second', 2)).messages[0]).toEqual(system);

    await page.getByRole('button', { name: 'New chat' }).first().click();
    await expect.poll(() => page.locator('.recipient').innerText()).not.toContain('one word');
    expect((await answered(page, 'Third')).messages).toEqual([{ role: 'user', content: 'Third' }]);

    await page.getByRole('link', { name: 'First' }).click();
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('Answer in one word.');
    await page.reload();
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('Answer in one word.');
    visitor.expectPeace();
  });

  it('that is the default begins new conversations, and old ones keep theirs', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit({ locale: 'zh-CN' });
    const { page } = visitor;
    await answered(page, '没有角色');
    await page.getByRole('button', { name: '设置', exact: true }).click();
    await page.getByLabel('角色', { exact: true }).fill('用文言文回答。');
    await closeDialog(page);
    expect((await answered(page, '还是没有', 2)).messages[0].role).toBe('user');
    await page.getByRole('button', { name: '新对话' }).first().click();
    const { messages } = await answered(page, '有角色');
    expect(messages[0]).toEqual({ role: 'system', content: '用文言文回答。' });
    visitor.expectPeace();
  });

  it('for a new conversation outlasts a reload before it has begun', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await openSetup(page);
    await page.getByLabel('Role', { exact: true }).fill('Be kind.');
    await page.keyboard.press('Escape');
    await page.reload();
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('Be kind.');
  });
});

describe('prompts of one’s own', () => {
  async function withPrompts(visitor: Visitor): Promise<void> {
    const { page } = visitor;
    await composer(page).pressSequentially('/');
    await page.getByRole('option', { name: /Manage prompts/ }).waitFor();
    await page.keyboard.press('Enter');
    await writePrompt(page, 'Translate', 'Translate into {{language=English}}: {{text}}');
    await writePrompt(page, 'Brief', 'Be brief.');
    expect(await axeFindings(page)).toEqual([]);
    await closeDialog(page);
    await expect.poll(() => composer(page).inputValue()).toBe('');
  }

  it('are written, found by a slash, filled in and inserted, all by keyboard', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await withPrompts(visitor);
    await composer(page).focus();
    await composer(page).pressSequentially('Hello /tr');
    await page.getByRole('option', { name: /Translate/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Translate' });
    await dialog.waitFor();
    expect(await dialog.getByLabel('language').inputValue()).toBe('English');
    await dialog.getByLabel('language').fill('French');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Good day');
    await page.keyboard.press('Enter');
    await expect.poll(() => composer(page).inputValue()).toBe('Hello Translate into French: Good day');
    await page.keyboard.press('Control+z');
    await expect.poll(() => composer(page).inputValue()).toContain('Hello /tr');
    visitor.expectPeace();
  });

  it('let the arrows choose, and Escape leave what was typed', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await withPrompts(visitor);
    await composer(page).focus();
    await composer(page).pressSequentially('/');
    const chosen = page.locator('.prompt-menu [aria-selected=true]');
    await expect.poll(() => chosen.innerText()).toContain('Brief');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => chosen.innerText()).toContain('Translate');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.prompt-menu').count()).toBe(0);
    expect(await composer(page).inputValue()).toBe('/');
    await composer(page).pressSequentially('bri');
    await page.getByRole('option', { name: /Brief/ }).waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => composer(page).inputValue()).toBe('Be brief.');
    expect(await page.locator('.turn').count()).toBe(0);
    visitor.expectPeace();
  });

  it('fill the role too, are changed, deleted and brought back, and travel with the export', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await withPrompts(visitor);
    await openSetup(page);
    await page.getByLabel('Role', { exact: true }).pressSequentially('/bri');
    await page.getByRole('option', { name: /Brief/ }).click();
    await expect.poll(() => page.getByLabel('Role', { exact: true }).inputValue()).toBe('Be brief.');
    await page.getByRole('button', { name: 'Manage prompts…' }).click();
    await page.getByRole('button', { name: 'Edit “Brief”' }).click();
    await page.getByLabel('Text', { exact: true }).fill('Be very brief.');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.locator('.prompt-list').innerText()).toContain('Be very brief.');
    await page.getByRole('button', { name: 'Delete “Translate”' }).click();
    await expect.poll(() => page.locator('.prompt-list li').count()).toBe(1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.locator('.prompt-list li').count()).toBe(2);
    await closeDialog(page);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export all conversations' }).click();
    const file = await (await download).path();
    expect(JSON.parse(await readFile(file, 'utf8')).prompts).toHaveLength(2);

    await using other = await world.visit();
    await other.page.getByRole('button', { name: 'Settings', exact: true }).click();
    await other.page.locator('dialog input[type=file]').setInputFiles(file);
    await expect
      .poll(() => other.page.locator('dialog [role=status]').innerText())
      .toContain('Prompts added: 2.');
    visitor.expectPeace();
  });
});

describe('parameters', () => {
  it('are sent only where they were set, shown by the composer, and kept by their conversation', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    expect(Object.keys(await answered(page, 'Plain')).sort()).toEqual([
      'messages',
      'model',
      'stream',
      'stream_options',
    ]);
    await openSetup(page);
    await page.getByText('More parameters').click();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Top P').fill('0.5');
    await page.getByLabel('Max tokens').fill('100');
    await page.getByLabel('Reasoning effort').selectOption('low');
    await page.getByLabel('Seed').fill('7');
    await page.getByLabel('Stop sequences').fill('END\nSTOP');
    await page.getByLabel('Extra JSON').fill('{"top_k": 20, "big": 9223372036854775807}');
    await page.getByLabel('Extra JSON').blur();
    await closeDialog(page);
    await expect
      .poll(() => page.locator('.recipient').innerText())
      .toContain('top_p 0.5 · max_tokens 100 · reasoning_effort low · seed 7 · stop ×2 · top_k big');
    const sent = page.waitForRequest('**/v1/chat/completions');
    await ask(page, 'With all');
    const raw = (await sent).postData() ?? '';
    expect(raw).toContain('"big": 9223372036854775807');
    expect(JSON.parse(raw)).toMatchObject({
      top_p: 0.5,
      max_tokens: 100,
      reasoning_effort: 'low',
      seed: 7,
      stop: ['END', 'STOP'],
      top_k: 20,
    });
    await expect.poll(() => page.locator('.figures').count()).toBe(2);
    expect(await page.locator('.stamp').last().innerText()).toContain('seed 7');
    await page.getByRole('button', { name: 'New chat' }).first().click();
    expect(await answered(page, 'Another')).not.toHaveProperty('seed');
    visitor.expectPeace();
  });

  it('that are wrong say so and are not sent; the model’s default comes back by one tap', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    await openSetup(page);
    await page.getByText('More parameters').click();
    await page.getByLabel('Max tokens').fill('many');
    await page.getByLabel('Extra JSON').fill('{"messages": []}');
    await page.getByLabel('Seed').focus();
    await expect.poll(() => page.getByRole('alert').count()).toBe(2);
    await page.getByLabel('Temperature').fill('0.2');
    await expect.poll(() => page.locator('.recipient').innerText()).toContain('temp 0.2');
    await page.getByRole('button', { name: 'Use the model default' }).click();
    await expect.poll(() => page.locator('.recipient').innerText()).not.toContain('temp');
    await closeDialog(page);
    const body = await answered(page, 'Nothing of it');
    expect(body).not.toHaveProperty('max_tokens');
    expect(body.messages).toHaveLength(1);
  });

  it('fit a phone', async () => {
    await using visitor = await world.visit({
      ...PHONE,
      locale: 'zh-CN',
    });
    const { page } = visitor;
    await useServersModel(page);
    await openSetup(page);
    await page.getByText('更多参数').tap();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBe(390);
    expect(await page.locator('dialog.setup').evaluate((sheet) => sheet.scrollWidth)).toBe(390);
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });
});
