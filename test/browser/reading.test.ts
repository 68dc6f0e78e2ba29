/** Reading: on paper, at 400 % zoom, on a phone; long titles; and no word that is missing while it is fetched. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { apiError, respond } from '../support/answers.ts';
import { ask, useServersModel, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const LONG_LINE = `const line = "${'x'.repeat(400)}";`;
const WIDE_FORMULA = `$$${Array.from({ length: 40 }, (_, n) => `a_{${n}}`).join(' + ')}$$`;

async function answered(page: Page, question = 'Hi'): Promise<void> {
  await ask(page, question);
  await page.locator('.figures').last().waitFor();
}

/** Whether the page scrolls sideways. */
const scrollsSideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe('a printed conversation', () => {
  it('has every line of its code and questions, and no buttons', async () => {
    world.site.answer(words(`\`\`\`js\n${LONG_LINE}\n\`\`\`\n\n| a | b |\n|--|--|\n| 1 | 2 |`));
    await using visitor = await world.visit({ colorScheme: 'dark' });
    const { page } = visitor;
    await answered(page, Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n'));
    await page.locator('.said.folded').waitFor();
    await page.emulateMedia({ media: 'print' });
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('.md pre, .said, .scroller, #app, main, .stage')]
        .filter((box) => {
          const { overflowX, overflowY } = getComputedStyle(box);
          const hides = overflowX !== 'visible' || overflowY !== 'visible';
          return box.scrollWidth > box.clientWidth + 1 || (hides && box.scrollHeight > box.clientHeight + 1);
        })
        .map(
          (box) =>
            `${box.tagName}.${box.className} ${box.scrollWidth}/${box.clientWidth} ${getComputedStyle(box).whiteSpace}`,
        ),
    );
    expect(cut).toEqual([]);
    expect(await page.locator('button:visible').count()).toBe(0);
    expect(await page.locator('.bar h1').isVisible()).toBe(true);
    const ink = await page.evaluate(() => getComputedStyle(document.documentElement).color);
    expect(ink).toBe('rgb(31, 32, 35)');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(1000);
    visitor.expectPeace();
  });
});

describe('a window of 320 by 256 CSS pixels, as 400 % zoom makes it', () => {
  it('leaves room to read beside the message field, and never scrolls sideways', async () => {
    world.site.answer(
      words(`${'Text to read. '.repeat(60)}\n\n\`\`\`js\n${LONG_LINE}\n\`\`\`\n\n${WIDE_FORMULA}`),
    );
    await using visitor = await world.visit({ viewport: { width: 320, height: 256 } });
    const { page } = visitor;
    await page.locator('.welcome').waitFor();
    expect(await scrollsSideways(page)).toBe(false);
    await answered(page);
    expect(await scrollsSideways(page)).toBe(false);
    const room = await page.locator('.scroller').evaluate((box) => box.clientHeight);
    expect(room).toBeGreaterThan(256 * 0.4);
    await page.locator('#composer').fill('line\n'.repeat(12));
    expect(await page.locator('.scroller').evaluate((box) => box.clientHeight)).toBeGreaterThan(40);
    expect(await page.getByRole('button', { name: 'Send' }).isVisible()).toBe(true);
  });
});

describe('a formula that is wider than a phone', () => {
  it('scrolls in its own box, to its end, and none of its height is cut', async () => {
    world.site.answer(
      words(`${WIDE_FORMULA}\n\n$$\n\\sum_{n=1}^{\\infty} \\cfrac{1}{1 + \\cfrac{1}{n^2}}\n$$`),
    );
    await using visitor = await world.visit({ viewport: { width: 390, height: 844 } });
    const { page } = visitor;
    await useServersModel(page);
    await answered(page);
    await expect.poll(() => page.locator('.md-maths-display math').count()).toBe(2);
    expect(await scrollsSideways(page)).toBe(false);
    const boxes = await page.locator('.md-maths-display').evaluateAll((all) =>
      all.map((box) => {
        box.scrollLeft = 1e6;
        const maths = box.querySelector('math')?.getBoundingClientRect();
        const own = box.getBoundingClientRect();
        return {
          wide: box.scrollWidth > box.clientWidth,
          toItsEnd: (maths?.right ?? 0) <= own.right + 1,
          high: box.scrollHeight <= box.clientHeight + 1 ? true : `${box.scrollHeight}/${box.clientHeight}`,
        };
      }),
    );
    expect(boxes).toEqual([
      { wide: true, toItsEnd: true, high: true },
      { wide: false, toItsEnd: true, high: true },
    ]);
  });
});

describe('a long title', () => {
  it('is whole in the heading and in a tooltip, free of markup', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await answered(page, '## **标题** with `code` and a [link](https://example.com/a) 👩‍👩‍👧‍👦👩‍👩‍👧‍👦');
    const title = '标题 with code and a link 👩‍👩‍👧‍👦👩‍👩‍👧‍👦';
    const heading = page.locator('.bar h1');
    expect(await heading.innerText()).toBe(title);
    expect(await heading.getAttribute('title')).toBe(title);
    expect(await page.locator('.chats a').getAttribute('title')).toBe(title);
  });
});

describe('the questions of the welcome', () => {
  it('fit who answers', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const list = page.locator('.welcome ul');
    await expect.poll(() => list.innerText()).toContain('NexCode');
    await useServersModel(page);
    await expect.poll(() => list.innerText()).toContain('SQLite');
    expect(await list.innerText()).not.toContain('NexCode');
    expect(await list.getByRole('button').count()).toBe(4);
  });
});

describe('words that come late', () => {
  it('leave no failure and no button without a text', async () => {
    world.site.answer(respond(apiError('Overloaded', 'server_error'), 503));
    await using visitor = await world.visit({ serviceWorkers: 'block', locale: 'zh-CN' });
    const { page } = visitor;
    await useServersModel(page);
    const slow = Promise.withResolvers<void>();
    await page.route('**/chunk/zh-more-*.js', async (route) => {
      await slow.promise;
      await route.continue();
    });
    await page.reload();
    await ask(page, '你好');
    const card = page.locator('.card[role=alert]');
    await card.waitFor();
    const texts = () =>
      card
        .locator('strong, button, summary')
        .evaluateAll((all) => all.map((each) => each.ariaLabel || (each.textContent ?? '')));
    for (const text of await texts()) expect(text).toMatch(/[^\s…]/);
    slow.resolve();
    await expect.poll(() => card.innerText()).toContain('服务器或模型出错');
    for (const text of await texts()) expect(text).toMatch(/[^\s…]/);
  });
});

it.each([390, 1280])('a short question keeps its line at %i px', async (width) => {
  world.site.answer(words('ok'));
  await using visitor = await world.visit({ viewport: { width, height: 800 } });
  const { page } = visitor;
  await ask(page, 'empty');
  await page.locator('.answer .figures').waitFor();
  const lines = await page.locator('.said').evaluate((said) => {
    const range = document.createRange();
    range.selectNodeContents(said);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  });
  expect(lines).toBe(1);
  visitor.expectPeace();
});
