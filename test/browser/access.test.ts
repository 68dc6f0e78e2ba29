/** For everyone: axe in every state, the keyboard alone, screen readers, languages, colours, zoom and narrow screens. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { apiError, respond } from '../support/answers.ts';
import { axeFindings } from '../support/page/axe.ts';
import { ask, closeDialog, PHONE, staged, useServersModel, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld({ API_TOKEN: 'a-token-of-more-than-twenty-characters' });

const RICH = [
  '# Heading\n\nSome **bold** text, `code`, a [link](https://example.com/) and an ![image](https://example.com/x.png).\n\n',
  '```ts\nconst answer: number = 42;\n```\n\n| a | b |\n| - | -: |\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n> quoted\n\n1. one\n2. two\n',
];

const LOOKS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['light, English, wide', { colorScheme: 'light' }],
  ['dark, Chinese, wide', { colorScheme: 'dark', locale: 'zh-CN' }],
  ['dark, English, phone', { ...PHONE, colorScheme: 'dark' }],
  [
    'light, Chinese, 320 pixels',
    { colorScheme: 'light', locale: 'zh-CN', viewport: { width: 320, height: 640 } },
  ],
];

async function expectAccessible(page: Page, state: string): Promise<void> {
  expect(await axeFindings(page), state).toEqual([]);
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content, `${state}: nothing is cut off at the side`).toBeLessThanOrEqual(window ?? 0);
}

describe('every state', () => {
  it.each(LOOKS)('is accessible: %s', { timeout: 60_000 }, async (_, options) => {
    await using visitor = await world.visit(options);
    const { page } = visitor;
    const sendButton = page.locator('.send');
    const wide = (page.viewportSize()?.width ?? 0) > 900;
    const send = async (question: string) => {
      await page.locator('#composer').fill(question);
      await sendButton.click();
    };
    await page.locator('.welcome').waitFor();
    await expectAccessible(page, 'welcome');

    const answer = staged();
    world.site.answer(answer.script);
    await send(
      'A question that is long enough to need more than one line on a narrow screen, without any doubt?',
    );
    for (const part of RICH) answer.say(part);
    await page.locator('.md table').waitFor();
    await expectAccessible(page, 'streaming');
    answer.finish();
    await page.locator('.figures').waitFor();
    await expectAccessible(page, 'answered');
    await page.locator('.again').click();
    await page.locator('.picker .choice').first().waitFor();
    await expectAccessible(page, 'choosing somebody else');
    await closeDialog(page);

    world.site.answer(
      respond(apiError('Too many requests', 'requests', 'rate_limit_exceeded'), 429, {
        'content-type': 'application/json',
        'retry-after': '60',
      }),
    );
    await useServersModel(page);
    await send('And now?');
    await page.locator('.card').waitFor();
    await expectAccessible(page, 'failed');

    await page.locator('.question').first().hover();
    await page.locator('.question .tools button').nth(1).click();
    await page.locator('.editing').waitFor();
    await expectAccessible(page, 'editing');
    await page.locator('.editing button').click();

    if (!wide) await page.locator('.bar button').first().click();
    await page.locator('.chats li').hover();
    await page.locator('.chats .more').click();
    await page.locator('.menu').waitFor();
    await expectAccessible(page, 'menu of a conversation');
    await page.locator('.menu button').first().click();
    await page.locator('.rename').waitFor();
    await expectAccessible(page, 'renaming');
    await page.keyboard.press('Enter');
    await page.locator('.chats .more').click();
    await page.locator('.menu button').last().click();
    await page.locator('.toast').waitFor();
    await expectAccessible(page, 'deleted, with undo');

    await page.locator('.to-settings').click();
    await page.locator('dialog.settings').waitFor();
    await expectAccessible(page, 'settings');
    await page.locator('dialog.settings input[type=checkbox]').check();
    await page.locator('.places input').last().check();
    await page.locator('dialog.settings .danger').click();
    await expectAccessible(page, 'settings of the OpenAI mode, with warnings');
    await closeDialog(page);
    await page.context().setOffline(true);
    await page.locator('.banner').waitFor();
    await expectAccessible(page, 'offline');
    await page.context().setOffline(false);

    await page.goto(new URL('/login', world.site.url).href);
    await page.locator('input[name=token]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page, 'login, refused');
    visitor.expectPeace();
  });

  it('keeps its outlines in forced colours', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit({ forcedColors: 'active' });
    await ask(visitor.page, 'Hi');
    await visitor.page.locator('.figures').waitFor();
    const border = await visitor.page
      .locator('.said')
      .evaluate((said) => getComputedStyle(said).borderTopStyle);
    expect(border).toBe('solid');
    expect(await axeFindings(visitor.page)).toEqual([]);
  });

  it('moves nothing under reduced motion', async () => {
    world.site.answer(staged().script);
    await using visitor = await world.visit({ reducedMotion: 'reduce' });
    const { page } = visitor;
    await ask(page, 'Hi');
    await page.locator('.waiting').waitFor();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.locator('dialog.settings').waitFor();
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  it('can be zoomed, and reads well at 200 %', async () => {
    await using visitor = await world.visit({
      viewport: { width: 640, height: 400 },
      deviceScaleFactor: 2,
    });
    const { page } = visitor;
    expect(await page.locator('meta[name=viewport]').getAttribute('content')).not.toMatch(
      /user-scalable|maximum-scale/,
    );
    world.site.answer(words('ok'));
    await ask(page, 'Hi');
    await page.locator('.figures').waitFor();
    await expectAccessible(page, '200 %');
    const room = await page.locator('.scroller').evaluate((box) => box.clientHeight);
    expect(room).toBeGreaterThan(150);
  });
});

describe('the keyboard alone', () => {
  it('asks, reads, copies, changes the settings and comes back to where it was', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    const focused = () =>
      page.evaluate(
        () =>
          document.activeElement?.getAttribute('aria-label') || document.activeElement?.textContent?.trim(),
      );
    await page.locator('#composer').waitFor();
    await page.locator('.skip').focus();
    expect(await focused()).toBe('Skip to the message field');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Message');
    await page.keyboard.type('Hi');
    await page.keyboard.press('Enter');
    await page.locator('.figures').waitFor();
    expect(await focused()).toBe('Message');

    const seen: (string | null | undefined)[] = [];
    for (let presses = 0; presses < 30 && seen.at(-1) !== 'Settings'; presses++) {
      await page.keyboard.press('Shift+Tab');
      seen.push(await focused());
    }
    expect(seen).toEqual(expect.arrayContaining(['Regenerate', 'Copy message', 'Conversation', 'Settings']));
    await page.keyboard.press('Enter');
    await page.locator('dialog.settings').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('dialog') !== null))
      .toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Settings');
    // One step before the settings, and the list's button two before: it opens, and gives the focus back.
    const actions = page.getByRole('button', { name: 'Actions for' });
    for (let presses = 0; presses < 5 && !(await focused())?.startsWith('Actions for'); presses++) {
      await page.keyboard.press('Shift+Tab');
    }
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Rename');
    await page.keyboard.press('Escape');
    await expect.poll(() => actions.evaluate((button) => button === document.activeElement)).toBe(true);
    for (const end of ['Enter', 'Escape']) {
      await page.keyboard.press('Enter');
      await expect.poll(focused).toBe('Rename');
      await page.keyboard.press('Enter');
      await page.locator('.rename').waitFor();
      await page.keyboard.type(`Named before ${end}`);
      await page.keyboard.press(end);
      await expect.poll(() => actions.evaluate((button) => button === document.activeElement)).toBe(true);
    }
    expect(await page.locator('.chats li a').innerText()).toBe('Named before Enter');
    visitor.expectPeace();
  });
});

describe('a screen reader', () => {
  it('hears once that an answer is coming and then the whole of it, never each word', async () => {
    const answer = staged();
    world.site.answer(answer.script);
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').waitFor();
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const region = document.querySelector('.hidden[role=status]');
      if (region)
        new MutationObserver(() => region.textContent && heard.push(region.textContent)).observe(region, {
          childList: true,
          characterData: true,
          subtree: true,
        });
    });
    await ask(page, 'Hi');
    for (const part of ['One ', 'two ', 'three.']) {
      answer.say(part);
      await expect.poll(() => page.locator('.answer').textContent()).toContain(part.trim());
    }
    answer.finish();
    await page.locator('.figures').waitFor();
    expect(await page.evaluate('window.heard')).toEqual(['An answer is coming.', 'One two three.']);
    expect(await page.locator('[role=log]').getAttribute('aria-live')).toBe('off');
  });
});

describe('language and colours', () => {
  it('switch live, and are there before the first paint of the next visit', async () => {
    await using visitor = await world.visit({ colorScheme: 'light' });
    const { page } = visitor;
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Language').selectOption('zh-CN');
    await expect.poll(() => page.locator('dialog.settings h2').innerText()).toBe('设置');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await expect.poll(() => page.locator('.welcome h2').innerText()).toContain('想了解点什么');
    await page.getByLabel('主题').selectOption('dark');
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = 'rgb(22, 23, 26)';
    await expect.poll(background).toBe(dark);
    await page.keyboard.press('Escape');
    // Without the page's own script: what is set then was set before anything was painted.
    await page.route('**/app.js', (route) => route.abort());
    await page.reload();
    expect(await background()).toBe(dark);
    visitor.expectPeace();
  });

  it('follow the browser: a Chinese one gets Chinese, any other English', async () => {
    for (const [locale, title] of [
      ['zh-TW', '设置'],
      ['fr-FR', 'Settings'],
    ] as const) {
      await using visitor = await world.visit({ locale });
      await expect.poll(() => visitor.page.locator('.to-settings').innerText()).toBe(title);
    }
  });
});
