/** What is copied of an answer: its source, its code to the character, formulas as TeX, and a document for what takes one. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/page/browser.ts';
import { ask, startSite, visit, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

const ANSWER = `# 标题

**注意：**正文里有 $x^2=4$ 和 [链接](https://a.example/x)。

- [x] 完成
- 下一步

| 名 | 值 |
|:--|--:|
| 甲 | 1 |
| 乙 | 2 |

\`\`\`js
const a = '中\\t';

  f(a);
\`\`\`

$$\\frac{1}{2}$$
`;

async function answered(page: Page): Promise<void> {
  await ask(page, 'Go');
  await page.locator('.answer .figures').waitFor();
  await expect.poll(() => page.locator('.md math').count()).toBe(2);
  // Until then the browser copies, as it does anywhere.
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/copied-')),
  );
}

/** The clipboard's content, by its type. */
const clipboard = (page: Page) =>
  page.evaluate(async () => {
    const found: Record<string, string> = {};
    for (const item of await navigator.clipboard.read()) {
      for (const type of item.types) found[type] = await (await item.getType(type)).text();
    }
    return found;
  });

/** Selects from the first place in the first element to the last one in the other, and presses Ctrl+C. */
async function copySelection(page: Page, from: string, to = from): Promise<void> {
  await page.evaluate(
    ([from = '', to = '']) => {
      const first = document.querySelector(from);
      const last = [...document.querySelectorAll(to)].at(-1);
      if (first && last) getSelection()?.setBaseAndExtent(first, 0, last, last.childNodes.length);
    },
    [from, to],
  );
  await page.keyboard.press('Control+c');
}

describe('the copy button of a message', () => {
  it('gives the source, and the same as a document', async () => {
    world.site.answer(words(ANSWER));
    await using visitor = await world.visit(CLIPBOARD);
    const { page } = visitor;
    await answered(page);
    await page.locator('.answer').getByRole('button', { name: 'Copy message' }).click();
    await expect.poll(async () => (await clipboard(page))['text/plain']).toBe(ANSWER);
    const html = (await clipboard(page))['text/html'] ?? '';
    for (const part of [
      '<h1',
      '<strong',
      '$x^2=4$',
      'href="https://a.example/x"',
      '[x] ',
      '<table',
      '$$\\frac{1}{2}$$',
    ])
      expect(html).toContain(part);
    for (const part of ['Copy code', 'math', 'class=', '<button']) expect(html).not.toContain(part);
    visitor.expectPeace();
  });

  it('of a question gives what was typed', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit(CLIPBOARD);
    const { page } = visitor;
    await page.locator('#composer').fill('**two**\n  lines');
    await page.keyboard.press('Enter');
    await page.locator('.answer .figures').waitFor();
    await page.locator('.question').hover();
    await page.locator('.question').getByRole('button', { name: 'Copy message' }).click();
    await expect.poll(async () => (await clipboard(page))['text/plain']).toBe('**two**\n  lines');
  });
});

describe('a selection', () => {
  it('across an answer is copied with formulas as TeX and without the bar of the code', async () => {
    world.site.answer(words(ANSWER));
    await using visitor = await world.visit(CLIPBOARD);
    const { page } = visitor;
    await answered(page);
    await copySelection(page, '.md');
    const { 'text/plain': text = '', 'text/html': html = '' } = await clipboard(page);
    expect(text).toContain('注意：正文里有 $x^2=4$ 和 链接。');
    expect(text).toContain("const a = '中\\t';\n\n  f(a);");
    expect(text).toContain('甲\t1\n乙\t2');
    expect(text).toContain('[x] 完成');
    expect(text).toContain('$$\\frac{1}{2}$$');
    expect(text).not.toContain('Copy code');
    expect(html).toContain('<table');
    expect(html).not.toContain('math');
    visitor.expectPeace();
  });

  it('from inside one formula to another takes both whole', async () => {
    world.site.answer(words(ANSWER));
    await using visitor = await world.visit(CLIPBOARD);
    const { page } = visitor;
    await answered(page);
    await copySelection(page, '.md math mo', '.md math mfrac');
    const text = (await clipboard(page))['text/plain'] ?? '';
    expect(text.startsWith('$x^2=4$ 和 链接。')).toBe(true);
    expect(text.endsWith('$$\\frac{1}{2}$$')).toBe(true);
  });

  it('inside code is copied to the character', async () => {
    world.site.answer(words(ANSWER));
    await using visitor = await world.visit(CLIPBOARD);
    const { page } = visitor;
    await answered(page);
    await copySelection(page, '.md pre code');
    expect((await clipboard(page))['text/plain']).toBe("const a = '中\\t';\n\n  f(a);");
  });

  it('from a question into its answer leaves the buttons out', async () => {
    world.site.answer(words(ANSWER));
    await using visitor = await world.visit(CLIPBOARD);
    const { page } = visitor;
    await answered(page);
    await copySelection(page, '.said', '.answer .tools');
    const text = (await clipboard(page))['text/plain'] ?? '';
    expect(text.startsWith('Go\n')).toBe(true);
    expect(text).toContain('$x^2=4$');
    expect(text).not.toMatch(/Use another model|Copy/);
  });
});

describe('over plain http under another name than localhost', () => {
  it('code and messages are copied as anywhere', async () => {
    await using site = await startSite({ PUBLIC_HOSTS: 'nas.example' });
    const browser = await launchBrowser(['--host-resolver-rules=MAP nas.example 127.0.0.1']);
    try {
      const url = new URL(site.url);
      url.hostname = 'nas.example';
      site.answer(words(ANSWER));
      await using visitor = await visit(browser, url.origin);
      const { page } = visitor;
      await answered(page);
      expect(await page.evaluate(() => isSecureContext)).toBe(false);
      const pasted = async () => {
        await page.locator('#composer').fill('');
        await page.keyboard.press('Control+v');
        return page.locator('#composer').inputValue();
      };
      await page.locator('.md-code .md-copy').click();
      await expect.poll(() => page.locator('.md-code .md-copy').innerText()).toBe('Copied');
      await expect.poll(pasted).toBe("const a = '中\\t';\n\n  f(a);");
      await page.locator('.answer').getByRole('button', { name: 'Copy message' }).click();
      await expect.poll(pasted).toBe(ANSWER);
      visitor.expectPeace();
    } finally {
      await browser.close();
    }
  });
});
