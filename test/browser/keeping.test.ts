/** Nothing said is ever lost: reloads, full or forbidden storage, two tabs, deletion, export and import. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ask, begun, closeDialog, staged, useServersModel, words } from '../support/page/site.ts';
import { holdStores, storedRows } from '../support/page/stored.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

async function chatAbout(page: Page, question: string): Promise<void> {
  await ask(page, question);
  // What a long answer has moved out of sight has no inner text.
  await expect.poll(() => page.locator('.said').last().textContent()).toBe(question);
  await page.locator('.answer').last().locator('.figures').waitFor();
}

async function act(page: Page, chat: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for “${chat}”` }).click();
  await page.locator('.menu').getByRole('button', { name: action, exact: true }).click();
}

describe('a reload', () => {
  it('in the middle of an answer keeps what had come, says so, and can continue', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await begun(world.site, page, 'A long story', 'Once upon a time');
    await page.reload();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Once upon a time');
    await expect.poll(() => page.locator('.ending').innerText()).toContain('This answer was interrupted.');
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(1);
    world.site.answer(words(', the end.'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Once upon a time, the end.');
    expect(await page.locator('.ending').count()).toBe(0);
    visitor.expectPeace();
  });

  it('brings back drafts, each with its chat', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'One chat');
    await page.locator('#composer').fill('half a thought');
    await page.getByRole('button', { name: 'New chat' }).click();
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('');
    await page.locator('#composer').fill('another thought');
    await expect
      .poll(async () => (await storedRows(page, 'drafts')).map(({ text }) => text).sort())
      .toEqual(['another thought', 'half a thought']);
    await page.reload();
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('another thought');
    await page.getByRole('link', { name: 'One chat' }).click();
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('half a thought');
    visitor.expectPeace();
  });
});

describe('a page that goes away before the database has written', () => {
  it('keeps the last strokes of a draft', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').fill('half a');
    await expect.poll(() => storedRows(page, 'drafts')).toMatchObject([{ text: 'half a' }]);
    await holdStores(page, 'drafts');
    await page.locator('#composer').pressSequentially(' thought');
    await page.reload();
    await expect.poll(() => page.locator('#composer').inputValue()).toBe('half a thought');
    await expect.poll(() => storedRows(page, 'drafts')).toMatchObject([{ text: 'half a thought' }]);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    visitor.expectPeace();
  });

  it('keeps a question that was just sent', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'First question');
    const bystander = await visitor.tab(new URL(page.url()).hash);
    await holdStores(page, 'chats', 'messages', 'drafts');
    await ask(page, 'Sent at the last moment');
    await expect.poll(() => page.locator('.said').last().innerText()).toBe('Sent at the last moment');
    await page.close();
    const again = await visitor.tab();
    await again.getByRole('link', { name: 'First question' }).click();
    await expect
      .poll(() => again.locator('.said').allInnerTexts())
      .toEqual(['First question', 'Sent at the last moment']);
    await expect.poll(async () => (await storedRows(again, 'messages')).length).toBe(3);
    await expect.poll(() => bystander.locator('.said').last().innerText()).toBe('Sent at the last moment');
    visitor.expectPeace();
  });

  it('keeps a question that begins a conversation', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').waitFor();
    await holdStores(page, 'chats', 'messages', 'drafts');
    await ask(page, 'The very first words');
    await page.close();
    const again = await visitor.tab();
    await expect.poll(() => again.locator('#composer').inputValue()).toBe('The very first words');
    visitor.expectPeace();
  });
});

it('a question that is sent while its conversation is still being read has all of it before it', async () => {
  world.site.answer(words('One.'));
  await using visitor = await world.visit();
  const { page } = visitor;
  await useServersModel(page);
  await chatAbout(page, 'First question');
  await page.getByRole('button', { name: 'New chat' }).click();
  const letGo = await holdStores(page, 'messages');
  await page.getByRole('link', { name: 'First question' }).click();
  await ask(page, 'Second question');
  await letGo();
  await expect
    .poll(() =>
      world.site
        .asked()
        .at(-1)
        ?.messages.map(({ content }) => content),
    )
    .toEqual(['First question', 'One.', 'Second question']);
  await expect
    .poll(() => page.locator('.said').allInnerTexts())
    .toEqual(['First question', 'Second question']);
  await expect.poll(() => page.locator('.answer .figures').count()).toBe(2);
  visitor.expectPeace();
});

describe('storage', () => {
  it('that is forbidden is said, and the page works in memory', async () => {
    world.site.answer(words('Still here.'));
    await using visitor = await world.visit();
    await visitor.page.context().addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', {
        get: () => {
          throw new DOMException('No', 'SecurityError');
        },
      });
    });
    const { page } = visitor;
    await page.reload();
    await expect
      .poll(() => page.locator('.banner').innerText())
      .toContain('does not let the page store anything');
    await chatAbout(page, 'Hi');
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('link', { name: 'Hi' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Still here.');
  });

  it('that is full is said, loses nothing, and exports', async () => {
    world.site.answer(words('Kept in memory.'));
    await using visitor = await world.visit();
    await visitor.page.context().addInitScript(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
    });
    const { page } = visitor;
    await page.reload();
    await chatAbout(page, 'Where does this go?');
    await expect.poll(() => page.locator('.banner').innerText()).toContain('storage is full');
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('link', { name: 'Where does this go?' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Kept in memory.');
    const download = page.waitForEvent('download');
    await page.locator('.banner').getByRole('button').click();
    expect(await readFile(await (await download).path(), 'utf8')).toContain('Kept in memory.');
  });
});

it('a clock that is set back changes no order: of versions, of turns, of conversations', async () => {
  world.site.answer(words('Older.'));
  await using visitor = await world.visit();
  const { page } = visitor;
  await chatAbout(page, 'First chat');
  await page.getByRole('button', { name: 'New chat' }).click();
  await chatAbout(page, 'Second chat');
  await page.context().addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() - 3_600_000;
  });
  await page.reload();
  await page.getByRole('link', { name: 'First chat' }).click();
  world.site.answer(words('Newer.'));
  await page.locator('.answer').getByRole('button', { name: 'Regenerate', exact: true }).click();
  await expect.poll(() => page.locator('.answer .md').innerText()).toBe('Newer.');
  await page.locator('.answer .figures').waitFor();
  await ask(page, 'And then');
  await expect.poll(() => page.locator('.answer .figures').count()).toBe(2);
  await page.reload();
  await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual(['First chat', 'And then']);
  expect(await page.locator('.answer .md').first().innerText()).toBe('Newer.');
  expect(await page.getByRole('button', { name: 'Next version' }).first().isDisabled()).toBe(true);
  expect(await page.locator('.chats a').first().innerText()).toBe('First chat');
  visitor.expectPeace();
});

it('a browser that clears its storage under the page takes what is said from then on', async () => {
  world.site.answer(words('An answer.'));
  await using visitor = await world.visit();
  const { page } = visitor;
  await chatAbout(page, 'Before it was cleared');
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', {
    origin: new URL(page.url()).origin,
    storageTypes: 'indexeddb',
  });
  await chatAbout(page, 'After it was cleared');
  await expect
    .poll(async () => (await storedRows(page, 'messages')).map(({ text }) => text).sort())
    .toEqual(['After it was cleared', 'An answer.']);
  await page.reload();
  await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual(['After it was cleared']);
  expect(await page.locator('.banner').count()).toBe(0);
  visitor.expectPeace();
});

describe('two tabs', () => {
  it('show each other’s conversations and do not overwrite them', async () => {
    await using visitor = await world.visit();
    const first = visitor.page;
    const answer = await begun(world.site, first, 'Asked in the first tab', 'Coming');
    const second = await visitor.tab(new URL(first.url()).hash ? `/${new URL(first.url()).hash}` : '/');
    await expect.poll(() => second.locator('.answer').innerText()).toContain('Coming');
    expect(await second.locator('.note').innerText()).toContain('in another tab');
    await second.getByRole('button', { name: 'New chat' }).click();
    world.site.answer(words('Quick.'));
    await chatAbout(second, 'Asked in the second tab');
    answer.say(' and done.');
    answer.finish();
    await expect.poll(() => first.locator('.answer').innerText()).toContain('Coming and done.');
    await expect.poll(() => first.locator('.chats').innerText()).toContain('Asked in the second tab');
    await second.getByRole('link', { name: 'Asked in the first tab' }).click();
    await expect.poll(() => second.locator('.answer').innerText()).toContain('Coming and done.');
    visitor.expectPeace();
  });
});

it('a draft stays with its tab, though another tab has one of the same conversation', async () => {
  await using visitor = await world.visit();
  const { page } = visitor;
  const second = await visitor.tab();
  await second.locator('#composer').fill('words of the second');
  await expect.poll(() => storedRows(page, 'drafts')).toMatchObject([{ text: 'words of the second' }]);
  await page.locator('#composer').fill('words of the first');
  await expect.poll(() => storedRows(page, 'drafts')).toMatchObject([{ text: 'words of the first' }]);
  await second.reload();
  await expect.poll(() => second.locator('#composer').inputValue()).toBe('words of the second');
  visitor.expectPeace();
});

it('undo brings back what came in another tab while the conversation was deleted', async () => {
  await using visitor = await world.visit();
  const { page } = visitor;
  const answer = await begun(world.site, page, 'A story', 'Once upon');
  const second = await visitor.tab();
  await act(second, 'A story', 'Delete');
  await page.locator('.welcome').waitFor();
  answer.say(' a time, the end.');
  answer.finish();
  await expect.poll(() => page.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(0);
  await second.getByRole('button', { name: 'Undo' }).click();
  await second.getByRole('link', { name: 'A story' }).click();
  await expect.poll(() => second.locator('.answer').innerText()).toContain('Once upon a time, the end.');
  await second.locator('.answer .figures').waitFor();
  visitor.expectPeace();
});

it('an answer whose tab goes away is shown as interrupted in another, with its last words', async () => {
  await using visitor = await world.visit();
  const { page } = visitor;
  const answer = await begun(world.site, page, 'A story for two', 'Once upon');
  const second = await visitor.tab(new URL(page.url()).hash);
  await second.locator('.note').waitFor();
  answer.say(' a time');
  await expect.poll(() => page.locator('.answer').innerText()).toContain('Once upon a time');
  await page.close();
  await expect.poll(() => second.locator('.ending').innerText()).toContain('This answer was interrupted.');
  expect(await second.locator('.answer').innerText()).toContain('Once upon a time');
  visitor.expectPeace();
});

describe('an answer that another tab goes on with', () => {
  /** Leaves a cut answer in a tab that hears nothing of others. */
  async function cutInDeafTab(page: Page): Promise<void> {
    const cut = staged();
    world.site.answer(cut.script);
    await page.addInitScript(() => {
      BroadcastChannel.prototype.postMessage = () => {};
      Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { set: () => {} });
    });
    await page.reload();
    await ask(page, 'A story for two');
    cut.say('Once upon');
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Once upon');
    cut.cut();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
  }

  it('is not asked for again, and not overwritten, by a tab that has not heard of it', async () => {
    await using visitor = await world.visit();
    const deaf = visitor.page;
    await cutInDeafTab(deaf);
    const asked = world.site.asked().length;

    const second = await visitor.tab(new URL(deaf.url()).hash);
    const rest = staged();
    world.site.answer(rest.script);
    await second.getByRole('button', { name: 'Continue' }).click();
    rest.say(' a time');
    await expect.poll(() => second.locator('.answer').innerText()).toContain('Once upon a time');

    await deaf.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => deaf.locator('.note').innerText()).toContain('in another tab');
    rest.say(', the end.');
    rest.finish();
    await expect.poll(() => second.locator('.answer').innerText()).toContain('Once upon a time, the end.');
    await second.locator('.answer .figures').waitFor();
    expect(world.site.asked().length - asked).toBe(1);
    await deaf.reload();
    await expect.poll(() => deaf.locator('.answer').innerText()).toContain('Once upon a time, the end.');
    visitor.expectPeace();
  });

  it('is shown whole where a tab would go on with what it still takes for cut', async () => {
    await using visitor = await world.visit();
    const deaf = visitor.page;
    await cutInDeafTab(deaf);
    const second = await visitor.tab(new URL(deaf.url()).hash);
    world.site.answer(words(' a time, the end.'));
    await second.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => second.locator('.answer').innerText()).toContain('Once upon a time, the end.');
    await second.locator('.answer .figures').waitFor();
    const asked = world.site.asked().length;
    await deaf.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => deaf.locator('.answer').innerText()).toContain('Once upon a time, the end.');
    expect(world.site.asked().length).toBe(asked);
    visitor.expectPeace();
  });
});

describe('the list of conversations', () => {
  it('finds by title and by text, renames, pins, deletes and brings back', async () => {
    world.site.answer(words('The answer mentions pelicans.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'About birds');
    await page.getByRole('button', { name: 'New chat' }).click();
    world.site.answer(words('Nothing special.'));
    await chatAbout(page, 'About fish');
    const titles = async () =>
      (await page.locator('.chats a').allInnerTexts()).map((text) => text.split('\n', 1)[0]);
    expect(await titles()).toEqual(['About fish', 'About birds']);

    await page.getByLabel('Search conversations').fill('PELICAN');
    await expect.poll(titles).toEqual(['About birds']);
    await page.getByLabel('Search conversations').fill('fish');
    await expect.poll(titles).toEqual(['About fish']);
    await page.getByLabel('Search conversations').fill('neither');
    await expect.poll(() => page.locator('.none').innerText()).toBe('Nothing found.');
    await page.getByLabel('Search conversations').press('Escape');

    await act(page, 'About birds', 'Pin');
    await expect.poll(titles).toEqual(['About birds', 'About fish']);
    await act(page, 'About fish', 'Rename');
    await page.getByLabel('Rename').fill('On fishing');
    await page.getByLabel('Rename').press('Enter');
    await expect.poll(titles).toEqual(['About birds', 'On fishing']);

    await act(page, 'On fishing', 'Delete');
    await expect.poll(titles).toEqual(['About birds']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(titles).toEqual(['About birds', 'On fishing']);
    await expect.poll(() => page.locator('.said').innerText()).toBe('About fish');
    await page.reload();
    await expect.poll(titles).toEqual(['About birds', 'On fishing']);
    visitor.expectPeace();
  });

  it('is searched by words, and opens at them: across markup, in another version, with a piece of the text', async () => {
    world.site.answer(
      words(
        `${'一段很长的铺垫。\n\n'.repeat(60)}**注意：**正文在 \`fetch\` 里。\n\n${'尾声。\n\n'.repeat(60)}`,
      ),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'First chat');
    world.site.answer(words('The second version.'));
    await page.locator('.answer').getByRole('button', { name: 'Regenerate' }).click();
    await expect.poll(() => page.locator('.answer .md').innerText()).toBe('The second version.');
    await page.locator('.answer .figures').waitFor();
    await page.getByRole('button', { name: 'New chat' }).click();
    world.site.answer(words('ok'));
    await chatAbout(page, 'Second chat');
    await page.getByLabel('Search conversations').fill('fetch 注意：正文');
    await expect.poll(() => page.locator('.chats li').count()).toBe(1);
    await expect.poll(() => page.locator('.snippet').innerText()).toContain('注意：正文在 fetch 里。');
    expect(await page.locator('.snippet mark').innerText()).toBe('注意：正文');
    await page.locator('.chats a').click();
    const marked = () =>
      page.evaluate(() =>
        [...(CSS.highlights.get('found') ?? [])].map((range) => {
          const { top = -1, bottom = -1 } = range instanceof Range ? range.getBoundingClientRect() : {};
          const box = document.querySelector('.scroller')?.getBoundingClientRect();
          return { text: String(range), inView: !!box && top >= box.top && bottom <= box.bottom };
        }),
      );
    await expect.poll(marked).toEqual([
      { text: '注意：正文', inView: true },
      { text: 'fetch', inView: true },
    ]);
    await page.getByLabel('Search conversations').fill('');
    await page.getByRole('link', { name: 'Second chat' }).click();
    await expect.poll(marked).toEqual([]);
    visitor.expectPeace();
  });

  it('exports a chat, imports it elsewhere unchanged, and ChatGPT’s archive too', async () => {
    world.site.answer(words('An **answer**.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'A question');
    const download = async (action: string) => {
      const event = page.waitForEvent('download');
      await act(page, 'A question', action);
      const file = await event;
      return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
    };
    const markdown = await download('Export as Markdown');
    expect(markdown).toEqual({
      name: 'A question.md',
      text: '# A question\n\n## You\n\n> A question\n\n## Built-in assistant\n\nAn **answer**.\n',
    });
    const json = await download('Export as JSON');

    await using other = await world.visit();
    const importing = async (text: string, name: string) => {
      await other.page.locator('dialog.settings input[type=file]').setInputFiles({
        name,
        mimeType: 'application/json',
        buffer: Buffer.from(text),
      });
    };
    await other.page.getByRole('button', { name: 'Settings', exact: true }).click();
    await other.page.locator('dialog.settings').waitFor();
    await importing(json.text, json.name);
    await expect.poll(() => other.page.locator('.chats').innerText()).toContain('A question');
    const chatGpt = [
      {
        title: 'From ChatGPT',
        create_time: 1_700_000_000.5,
        current_node: 'b',
        mapping: {
          root: { parent: null, message: null },
          a: { parent: 'root', message: { author: { role: 'user' }, content: { parts: ['Hello there'] } } },
          b: {
            parent: 'a',
            message: { author: { role: 'assistant' }, content: { parts: ['General greeting'] } },
          },
        },
      },
    ];
    await importing(JSON.stringify(chatGpt), 'conversations.json');
    await expect.poll(() => other.page.locator('.chats').innerText()).toContain('From ChatGPT');
    await importing('not an archive', 'x.json');
    await expect
      .poll(() => other.page.locator('dialog.settings').innerText())
      .toContain('holds no conversations that can be read');
    await closeDialog(other.page);
    await other.page.getByRole('link', { name: 'From ChatGPT' }).click();
    await expect.poll(() => other.page.locator('.answer').innerText()).toContain('General greeting');
    await other.page.getByRole('link', { name: 'A question' }).click();
    await expect.poll(() => other.page.locator('.said').innerText()).toBe('A question');
    visitor.expectPeace();
    other.expectPeace();
  });
});

describe('clearing the device', () => {
  it('leaves nothing: conversations, drafts, settings, key, caches, in every tab', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'Secret');
    const other = await visitor.tab();
    await expect.poll(() => other.locator('.chats').innerText()).toContain('Secret');
    await page.locator('#composer').fill('a secret draft');
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Use the OpenAI Chat Completion API').check();
    await page.getByLabel('on this device').check();
    await page.getByLabel('API key', { exact: true }).fill('sk-secret-0123456789');
    await page.getByLabel('API key', { exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Clear everything on this device' }).click();
    const loaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Yes, clear everything' }).click();
    await loaded;
    await page.locator('.none').waitFor();
    await other.locator('.none').waitFor();
    for (const store of ['chats', 'messages', 'drafts'] as const)
      expect(await storedRows(page, store), store).toEqual([]);
    const kept = await page.evaluate(() =>
      ['nexcode.key', 'nexcode.preferences'].map((name) => localStorage.getItem(name)),
    );
    expect(kept).toEqual([null, null]);
    visitor.expectPeace();
  });
});

describe('the history', () => {
  it('does not lead back to a deleted chat, and an unknown one is said to be', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'First chat');
    await page.getByRole('button', { name: 'New chat' }).click();
    await chatAbout(page, 'Second chat');
    await act(page, 'Second chat', 'Delete');
    await expect.poll(() => page.locator('.welcome').count()).toBe(1);
    await page.goBack();
    await page.goBack();
    await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual(['First chat']);
    await page.evaluate(() => {
      location.hash = '#/c/somewhere-else';
    });
    await expect.poll(() => page.locator('.toast').innerText()).toContain('not on this device');
    expect(await page.evaluate(() => location.hash)).toBe('');
    visitor.expectPeace();
  });

  it('lets go of a deleted chat’s address at once, whatever is read of it afterwards', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'A chat');
    expect(await page.evaluate(() => location.hash)).toMatch(/^#\/c\//);
    await page.getByRole('button', { name: 'Actions for “A chat”' }).click();
    const remove = page.locator('.menu').getByRole('button', { name: 'Delete', exact: true });
    const address = await remove.evaluate((button: HTMLElement) => {
      button.click();
      return location.hash;
    });
    expect(address).toBe('');
    visitor.expectPeace();
  });

  it('of two deletions is undone at once', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await chatAbout(page, 'First chat');
    await page.getByRole('button', { name: 'New chat' }).click();
    await chatAbout(page, 'Second chat');
    await act(page, 'Second chat', 'Delete');
    await act(page, 'First chat', 'Delete');
    await expect.poll(() => page.locator('.toast').innerText()).toContain('2 conversations deleted');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.locator('.chats li').count()).toBe(2);
    await page.reload();
    await expect.poll(() => page.locator('.chats li').count()).toBe(2);
    visitor.expectPeace();
  });
});

it('what is typed right after Enter in a new chat stays in the field', async () => {
  world.site.answer(words('ok'));
  await using visitor = await world.visit();
  const { page } = visitor;
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await page.locator('#composer').fill('A question');
  await page.keyboard.press('Enter');
  await page.keyboard.type('and the next thought, typed at once');
  await page.locator('.answer .figures').waitFor();
  const typed = 'and the next thought, typed at once';
  expect(await page.locator('#composer').inputValue()).toBe(typed);
  await expect.poll(() => storedRows(page, 'drafts')).toMatchObject([{ text: typed }]);
  await page.reload();
  await expect.poll(() => page.locator('#composer').inputValue()).toBe(typed);
});
