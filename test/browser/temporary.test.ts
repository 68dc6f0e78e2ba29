/** Temporary chats: nothing of them is stored anywhere. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { ask, PHONE, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld({ RESUMABLE: 'true' });

/** Everything that the browser keeps for the page, and what it would show in its history. */
async function kept(page: Page): Promise<string> {
  const rows = await page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const open = indexedDB.open('nexcode');
        open.onerror = () => reject(open.error);
        open.onsuccess = async () => {
          const tables = [...open.result.objectStoreNames];
          const transaction = open.result.transaction(tables);
          const all = await Promise.all(
            tables.map(
              (table) =>
                new Promise((done) => {
                  const read = transaction.objectStore(table).getAll();
                  read.onsuccess = () => done(read.result);
                }),
            ),
          );
          open.result.close();
          const files = (all.flat() as { blob?: unknown }[]).filter((row) => row.blob instanceof Blob);
          const texts = await Promise.all(files.map(({ blob }) => (blob as Blob).text()));
          resolve(JSON.stringify([all, texts, { ...localStorage }, { ...sessionStorage }]));
        };
      }),
  );
  return rows + page.url() + (await page.title());
}

describe('a temporary chat', () => {
  it('takes over what was being written, and leaves nothing in the browser', async () => {
    world.site.answer(words('A pelican answer.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').fill('pelican draft');
    await page.locator('.composer input[type=file]').setInputFiles({
      name: 'pelican.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('pelican file'),
    });
    await page.locator('.box').getByText('pelican.txt').waitFor();
    await expect.poll(() => kept(page)).toContain('pelican file');
    await page.getByRole('button', { name: 'Temporary chat' }).press('Enter');
    await expect.poll(() => page.locator('.welcome').innerText()).toContain('Nothing of this chat is stored');
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('pelican draft');
    expect(await axeFindings(page)).toEqual([]);
    await expect.poll(() => kept(page)).not.toContain('pelican');
    await page.locator('#composer').press('Enter');
    await page.locator('.answer .figures').waitFor();
    expect(world.site.asked().at(-1)?.messages.at(-1)?.content).toContain('pelican file');
    await page.locator('#composer').fill('pelican again');
    await page.locator('#composer').press('Enter');
    await expect.poll(() => page.locator('.answer .figures').count()).toBe(2);
    await page.locator('#composer').fill('pelican unsent');
    expect(await page.locator('.chats').innerText()).toMatch(/Temporary\s+Temporary chat/);
    expect(await kept(page)).not.toContain('pelican');

    // It can be left and come back to, as long as the page is there.
    await page.getByRole('button', { name: 'New chat' }).click();
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('');
    await page.getByRole('link', { name: 'Temporary chat' }).click();
    await expect.poll(() => page.locator('.said').count()).toBe(2);
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('pelican unsent');
    await page.reload();
    await expect.poll(() => page.locator('.toast').innerText()).toContain('A temporary chat is gone');
    expect(await page.locator('.chats li').count()).toBe(0);
    expect(await kept(page)).not.toContain('pelican');
    visitor.expectPeace();
  });

  it('is no part of an export of everything, and is not recorded by the server', async () => {
    world.site.answer(words('Kept.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    const asked: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/chat/completions')) asked.push(request.headers()['x-nexcode-resumable']);
    });
    await ask(page, 'An ordinary question');
    await page.locator('.answer .figures').waitFor();
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('button', { name: 'Temporary chat' }).click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('Temporary chat');
    await ask(page, 'A heron');
    await page.locator('.answer .figures').waitFor();
    expect(asked).toEqual(['true', undefined]);
    const download = page.waitForEvent('download');
    await page.locator('.to-settings').click();
    await page.getByRole('button', { name: 'Export all conversations' }).click();
    const file = await (await download).createReadStream();
    const text = Buffer.concat(await file.toArray()).toString('utf8');
    expect(text).toContain('An ordinary question');
    expect(text).not.toContain('heron');
    visitor.expectPeace();
  });

  it('is opened by a link, on a phone in Chinese, and keeps a draft that is stored as it is', async () => {
    await using visitor = await world.visit({
      ...PHONE,
      locale: 'zh-CN',
      colorScheme: 'dark',
    });
    const { page } = visitor;
    await page.locator('#composer').fill('stored draft');
    await expect.poll(() => kept(page)).toContain('stored draft');
    const second = await visitor.tab('/?q=pelican+link&temporary-chat=true&model=gpt-4.1');
    await expect.poll(() => second.locator('#composer').inputValue()).toBe('pelican link');
    expect(await second.locator('h1').innerText()).toBe('临时对话');
    await expect.poll(() => second.locator('.recipient').innerText()).toContain('gpt-4.1');
    await expect.poll(() => second.locator('.welcome').innerText()).toContain('不会保存在浏览器中');
    expect(await axeFindings(second)).toEqual([]);
    const stored = await kept(second);
    expect(stored).toContain('stored draft');
    expect(stored).not.toContain('pelican');
    world.site.answer(words('好。'));
    await second.locator('.send').tap();
    await second.locator('.answer .figures').waitFor();
    expect(await kept(second)).not.toContain('pelican');
    visitor.expectPeace();
  });
});
