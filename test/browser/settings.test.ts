/** What the settings say of themselves: what is stored, what is set and what is the default. */
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

describe('the settings', () => {
  it.each([
    [
      'en',
      'Conversations: 1; pictures and files: 3 KB.',
      'Automatic (default)',
      { width: 1280, height: 800 },
    ],
    ['zh-CN', '对话 1 个，图片和文件 3 KB。', '自动（默认）', { width: 390, height: 844 }],
  ] as const)(
    'count the stored files, and tell what is set from what is the default (%s)',
    async (locale, stored, automatic, viewport) => {
      world.site.answer(words('Read.'));
      await using visitor = await world.visit({
        locale,
        viewport,
        colorScheme: locale === 'en' ? 'light' : 'dark',
      });
      const { page } = visitor;
      await page.locator('.composer input[type=file]').setInputFiles({
        name: 'notes.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('x'.repeat(3000)),
      });
      await page.locator('.box').getByText('notes.txt').waitFor();
      await page.locator('.send').click();
      await page.locator('.answer .figures').waitFor();
      await page.locator('.to-settings').click();
      const dialog = page.locator('dialog.settings');
      await expect.poll(() => dialog.locator('.stored').innerText()).toContain(stored);
      expect(await dialog.locator('.stored').innerText()).toMatch(/\d (?:KB|MB)/);
      const theme = dialog.locator('.row').last();
      expect(await theme.locator('option').first().innerText()).toBe(automatic);
      expect(await dialog.locator('.set').count()).toBe(0);
      await theme.locator('select').selectOption('dark');
      await dialog.locator('textarea').fill('Be brief.');
      await expect.poll(() => dialog.locator('.set').count()).toBe(2);
      expect(await axeFindings(page)).toEqual([]);
      await theme.locator('select').selectOption('auto');
      await dialog.locator('textarea').fill('');
      await expect.poll(() => dialog.locator('.set').count()).toBe(0);
      visitor.expectPeace();
    },
  );
});
