/** What can be done with a code block and a table of an answer. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { ask, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();
const LONG = `const text = '${'long '.repeat(80)}';`;

const clipboard = (page: Page) =>
  page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const read = async (type: string) => (await item?.getType(type))?.text();
    return { text: await read('text/plain'), html: await read('text/html') };
  });

describe('a code block', () => {
  it('wraps its lines on demand and is saved as a file, by keyboard and by touch', async () => {
    world.site.answer(words(`\`\`\`ts\n${LONG}\n\`\`\`\n`));
    await using visitor = await world.visit({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      colorScheme: 'dark',
    });
    const { page } = visitor;
    await page.locator('#composer').fill('Some code');
    await page.locator('.send').tap();
    await page.locator('.answer .figures').waitFor();
    const scrolls = () => page.locator('.md-code pre').evaluate((pre) => pre.scrollWidth > pre.clientWidth);
    expect(await scrolls()).toBe(true);
    const wrap = page.getByRole('button', { name: 'Wrap lines' });
    await wrap.tap();
    expect(await scrolls()).toBe(false);
    expect(await wrap.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.md-code code').textContent()).toBe(LONG);
    expect(await axeFindings(page)).toEqual([]);
    await wrap.press('Enter');
    expect(await scrolls()).toBe(true);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    const file = await download;
    expect(file.suggestedFilename()).toBe('code.ts');
    expect(await readFile(await file.path(), 'utf8')).toBe(`${LONG}\n`);
    visitor.expectPeace();
  });
});

describe('a table', () => {
  it('is copied as cells: text with tabs, and a table without the page’s classes', async () => {
    world.site.answer(
      words('| 名称 | Price |\n|---|--:|\n| **a**<br>b | $1 |\n| `x\\|y` | [2](https://e.org) |\n'),
    );
    await using visitor = await world.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = visitor;
    await ask(page, 'A table');
    await page.locator('.answer .figures').waitFor();
    await page.getByRole('button', { name: 'Copy table' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const { text, html = '' } = await clipboard(page);
    expect(text).toBe('名称\tPrice\na b\t$1\nx|y\t2');
    expect(html).toContain('<td dir="auto" align="right">$1</td>');
    expect(html).not.toContain('class=');
    expect(html).not.toContain('Copy table');
    visitor.expectPeace();
  });
});
