/** Keys, fingers and wheels: input methods in every field, Enter on touch screens, and who scrolls. */
import type { CDPSession, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ask, PHONE, staged, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

/** Types Pinyin as an input method does: the text is there, underlined, and not yet decided. */
async function compose(cdp: CDPSession, text: string): Promise<void> {
  await cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
}

/** A key that the input method takes for itself, as browsers report it. */
async function pressInComposition(cdp: CDPSession, key: 'Enter' | 'Escape'): Promise<void> {
  const event = { key, code: key, windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 };
  await cdp.send('Input.dispatchKeyEvent', { ...event, type: 'rawKeyDown' });
  await cdp.send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
}

/** What a handler of the page would have changed is drawn by then. */
async function twoFrames(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

async function openSettings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Use the OpenAI Chat Completion API').check();
}

interface Field {
  readonly name: string;
  readonly path?: string;
  /** Brings the field up and focuses it. */
  open(page: Page): Promise<Locator>;
  /** Whether Enter or Escape has acted. */
  acted(page: Page): Promise<boolean>;
}

const FIELDS: readonly Field[] = [
  {
    name: 'the composer',
    open: async (page) => page.locator('#composer'),
    acted: async (page) =>
      (await page.locator('#composer').inputValue()) === '' || (await page.locator('.turn').count()) > 0,
  },
  {
    name: 'an edited question',
    open: async (page) => {
      await ask(page, 'Before');
      await page.locator('.figures').waitFor();
      await page.locator('.question').hover();
      await page.getByRole('button', { name: 'Edit' }).click();
      await expect.poll(() => page.locator('#composer').inputValue()).toBe('Before');
      return page.locator('#composer');
    },
    acted: async (page) => (await page.locator('.edited').count()) === 0,
  },
  {
    name: 'a conversation’s name',
    open: async (page) => {
      await ask(page, 'Before');
      await page.locator('.figures').waitFor();
      await page.getByRole('button', { name: 'Actions for' }).click();
      await page.locator('.menu').getByRole('button', { name: 'Rename' }).click();
      return page.getByLabel('Rename');
    },
    acted: async (page) => (await page.getByLabel('Rename').count()) === 0,
  },
  {
    name: 'the search',
    open: async (page) => page.getByLabel('Search conversations'),
    acted: async (page) => (await page.getByLabel('Search conversations').inputValue()) === '',
  },
  {
    name: 'the API key',
    open: async (page) => {
      await openSettings(page);
      return page.getByLabel('API key', { exact: true });
    },
    acted: async (page) => (await page.locator('dialog.settings[open]:not(:has(.kept-key))').count()) === 0,
  },
  {
    name: 'the model’s name',
    open: async (page) => {
      await openSettings(page);
      await page.locator('#setting-model').selectOption({ label: 'Another model…' });
      return page.getByLabel('Model name');
    },
    acted: async (page) =>
      (await page.locator('dialog.settings[open]').count()) === 0 ||
      !(await page.locator('.recipient').innerText()).includes('gpt-4.1-mini'),
  },
  {
    name: 'the access token',
    path: '/login',
    open: async (page) => page.getByLabel('Access token'),
    acted: async (page) => (await page.getByRole('alert').count()) > 0,
  },
];

describe('an input method', () => {
  it.each(FIELDS)('keeps its Enter and Escape to itself in $name', async ({ path, open, acted }) => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit(path ? { path } : {});
    const { page } = visitor;
    const field = await open(page);
    await field.focus();
    const cdp = await page.context().newCDPSession(page);
    await compose(cdp, 'nihao');
    await expect.poll(() => field.inputValue()).toContain('nihao');
    await pressInComposition(cdp, 'Enter');
    await twoFrames(page);
    expect(await acted(page)).toBe(false);
    await pressInComposition(cdp, 'Escape');
    await twoFrames(page);
    expect(await acted(page)).toBe(false);
    await cdp.send('Input.insertText', { text: '你好' });
    await expect.poll(() => field.inputValue()).toContain('你好');
    expect(await acted(page)).toBe(false);
    visitor.expectPeace();
  });

  it('keeps the Enter that comes right after a composition, as Safari reports it', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').fill('你好');
    await page.locator('#composer').evaluate((field) => {
      field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', keyCode: 13, bubbles: true, cancelable: true }),
      );
    });
    await twoFrames(page);
    expect(await page.locator('#composer').inputValue()).toBe('你好');
    expect(await page.locator('.turn').count()).toBe(0);
  });

  it('leaves the next Enter to the composer', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    const cdp = await page.context().newCDPSession(page);
    await page.locator('#composer').focus();
    await compose(cdp, 'nihao');
    await cdp.send('Input.insertText', { text: '你好' });
    // The rule's 60 ms after a composition are part of what is tested: Enter works once they are over.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 80)));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.said').innerText()).toBe('你好');
  });
});

describe('Enter', () => {
  it('sends, with Shift it breaks the line', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').fill('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.said').innerText()).toBe('one\ntwo');
    expect(await page.locator('#composer').inputValue()).toBe('');
  });

  it('breaks the line on a touch screen, where a button sends', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit(PHONE);
    const { page } = visitor;
    await page.locator('#composer').tap();
    await page.keyboard.type('one');
    await page.keyboard.press('Enter');
    await page.keyboard.type('two');
    expect(await page.locator('#composer').inputValue()).toBe('one\ntwo');
    await page.getByRole('button', { name: 'Send' }).tap();
    await expect.poll(() => page.locator('.said').innerText()).toBe('one\ntwo');
  });
});

describe('scrolling', () => {
  const LINES = Array.from({ length: 80 }, (_, line) => `Line ${line}`).join('\n\n');
  const position = (page: Page) =>
    page.locator('.scroller').evaluate((box) => ({
      top: Math.round(box.scrollTop),
      left: Math.round(box.scrollHeight - box.clientHeight - box.scrollTop),
    }));

  async function longAnswer(page: Page) {
    const answer = staged();
    world.site.answer(answer.script);
    await ask(page, 'Go');
    answer.say(LINES);
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Line 79');
    await expect.poll(async () => (await position(page)).left).toBeLessThanOrEqual(1);
    return answer;
  }

  it.each([
    [
      'the wheel',
      (page: Page) =>
        page
          .locator('.scroller')
          .hover()
          .then(() => page.mouse.wheel(0, -300)),
    ],
    ['PageUp', (page: Page) => page.locator('.scroller').press('PageUp')],
    [
      'the scrollbar',
      (page: Page) =>
        page.locator('.scroller').evaluate((box) => {
          box.scrollTop -= 400;
        }),
    ],
  ] as const)(
    'follows the answer until the reader lets go by %s, and never jumps when it ends',
    async (_, letGo) => {
      await using visitor = await world.visit();
      const { page } = visitor;
      const answer = await longAnswer(page);
      answer.say('\n\nThe next line');
      await expect.poll(() => page.locator('.answer').innerText()).toContain('The next line');
      await expect.poll(async () => (await position(page)).left).toBeLessThanOrEqual(1);

      await letGo(page);
      await page.locator('.to-bottom').waitFor();
      await expect.poll(async () => (await position(page)).left).toBeGreaterThan(60);
      const { top } = await settled(page);
      answer.say(`\n\n${LINES}`);
      answer.say('\n\nThe last line');
      await expect.poll(() => page.locator('.answer').textContent()).toContain('The last line');
      expect((await position(page)).top).toBe(top);
      answer.finish();
      await page.locator('.figures').waitFor();
      expect((await position(page)).top).toBe(top);

      await page.locator('.to-bottom').click();
      await expect.poll(async () => (await position(page)).left).toBeLessThanOrEqual(1);
      expect(await page.locator('.to-bottom').count()).toBe(0);
    },
  );

  it('holds still while something is selected', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await longAnswer(page);
    await page.locator('.answer').evaluate((element) => document.getSelection()?.selectAllChildren(element));
    await page.locator('.to-bottom').waitFor();
    const { top } = await position(page);
    answer.say(`\n\n${LINES}`);
    answer.finish();
    await page.locator('.figures').waitFor();
    expect((await position(page)).top).toBe(top);
  });

  /** The position once it is the same in two frames: smooth wheel scrolling takes some. */
  async function settled(page: Page) {
    let before = await position(page);
    for (;;) {
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      const now = await position(page);
      if (now.top === before.top) return now;
      before = now;
    }
  }
});
