/** Files of every kind are taken in beside what is here, which they never change, whatever they hold. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ask, backupOf, closeDialog, importFile, words } from '../support/page/site.ts';
import { storedRows } from '../support/page/stored.ts';
import { pageWorld } from '../support/page/world.ts';
import { zip } from '../support/page/zip.ts';

const world = pageWorld();

/** Takes a file in by the settings, and gives what they say of it. */
async function taken(page: Page, file: string | Uint8Array): Promise<string> {
  await importFile(page, file);
  const said = page.locator('dialog.settings').getByText(/Conversations added|holds no conversations/);
  await said.waitFor();
  const text = await said.innerText();
  await closeDialog(page);
  return text;
}

/** What is here: a chat with an answer. */
async function begin(page: Page): Promise<readonly object[]> {
  world.site.answer(words('What is here.'));
  await ask(page, 'Here before');
  await page.locator('.answer .figures').waitFor();
  await expect.poll(async () => (await storedRows(page, 'messages')).length).toBe(2);
  return storedRows(page, 'messages');
}

const say = (role: string, text: string, parent: string | null) => ({
  parent,
  message: { author: { role }, content: { content_type: 'text', parts: [text] }, create_time: 1_700_000_000 },
});
const fromChatGpt = (name: string) => ({
  id: name,
  title: name,
  create_time: 1_700_000_000,
  current_node: 'b',
  mapping: { a: say('user', `Q ${name}`, null), b: say('assistant', `A ${name}`, 'a') },
});
const ours = (more: object = {}) =>
  JSON.stringify({
    format: 'nexcode-conversations',
    version: 1,
    chats: [{ id: 'c', title: 'Ours', named: true, pinned: false, created: 1, updated: 2, leaf: 'm2' }],
    messages: [
      { id: 'm1', chat: 'c', parent: null, role: 'user', text: 'Q Ours', at: 1, state: 'done' },
      { id: 'm2', chat: 'c', parent: 'm1', role: 'assistant', text: 'A Ours', at: 2, state: 'done' },
    ],
    ...more,
  });

const KINDS: Readonly<Record<string, { readonly file: string | Uint8Array; readonly titles: string[] }>> = {
  'of ours': { file: ours(), titles: ['Ours'] },
  'of ours in a later version, with tables that this one does not know': {
    file: ours({ version: 9, spaces: [{ id: 's' }], files: [{ id: 'f' }], prompts: [{ odd: true }] }),
    titles: ['Ours'],
  },
  'of ChatGPT': { file: JSON.stringify([fromChatGpt('One'), fromChatGpt('Two')]), titles: ['One', 'Two'] },
  'of ChatGPT as an archive with many files': {
    file: zip({
      'conversations-000.json': JSON.stringify([fromChatGpt('One')]),
      'conversations-001.json': JSON.stringify([fromChatGpt('Two')]),
      'user.json': '{"id":"user-1"}',
      'chat.html': '<script>alert(1)</script>',
      'file-1-photo.png': 'not a picture',
    }),
    titles: ['One', 'Two'],
  },
  'of NextChat': {
    file: JSON.stringify({
      'chat-next-web-store': {
        sessions: [
          {
            id: 's',
            topic: 'Next',
            lastUpdate: 1_700_000_000_000,
            messages: [
              { id: 'x', role: 'user', content: 'Q Next' },
              { id: 'y', role: 'assistant', content: 'A Next' },
            ],
          },
        ],
      },
    }),
    titles: ['Next'],
  },
  'of Open WebUI': {
    file: JSON.stringify([
      {
        id: 'w',
        title: 'Web',
        chat: {
          history: {
            messages: {
              a: { id: 'a', parentId: null, role: 'user', content: 'Q Web' },
              b: { id: 'b', parentId: 'a', role: 'assistant', content: 'A Web' },
            },
            currentId: 'b',
          },
        },
      },
    ]),
    titles: ['Web'],
  },
  'of LibreChat': {
    file: JSON.stringify({
      conversationId: 'l',
      title: 'Libre',
      messages: [
        { messageId: 'a', parentMessageId: '0', text: 'Q Libre', isCreatedByUser: true },
        { messageId: 'b', parentMessageId: 'a', text: 'A Libre', isCreatedByUser: false },
      ],
    }),
    titles: ['Libre'],
  },
};

describe('a file', () => {
  it.each(Object.keys(KINDS))('%s is taken in once, beside what is here', async (kind) => {
    const { file, titles } = KINDS[kind] ?? { file: '', titles: [] };
    await using visitor = await world.visit();
    const { page } = visitor;
    const here = await begin(page);
    expect(await taken(page, file)).toContain(`Conversations added: ${titles.length}`);
    expect(await taken(page, file)).toContain('Conversations added: 0');
    for (const title of titles) {
      await page.getByRole('link', { name: title }).click();
      await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual([`Q ${title}`]);
      await expect.poll(() => page.locator('.answer .md').innerText()).toBe(`A ${title}`);
    }
    const after = await storedRows(page, 'messages');
    expect(after).toEqual(expect.arrayContaining([...here]));
    expect(after).toHaveLength(here.length + 2 * titles.length);
    visitor.expectPeace();
  });

  it('that is hostile changes nothing here, and breaks nothing that is shown', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const here = await begin(page);
    const [mine] = await storedRows(page, 'chats');
    const [first] = here;
    const row = (id: string, chat: string, parent: string, more: object = {}) => ({
      ...{ id, chat, parent, role: 'user', text: `words ${id}`, at: 1e300, state: 'done', ...more },
    });
    const chat = (id: string, updated: number, leaf: string) => ({ ...mine, id, title: id, updated, leaf });
    const chats = [
      { ...mine, title: 'Taken over', leaf: 'nowhere', pinned: true },
      chat('never', 1e300, 'n'),
      chat('before-all', -1e300, 'b'),
      chat('circle', 1, 'y'),
      chat('__proto__', 1, 'p'),
      chat('constructor', 1, 'k'),
    ];
    const messages = [
      { ...first, text: 'Something else' },
      { ...first, chat: 'never' },
      row('n', 'never', 'n'),
      row('b', 'before-all', 'gone', { at: -1e300 }),
      row('x', 'circle', 'y'),
      row('y', 'circle', 'x', { role: 'assistant', stamp: { mode: 'x', model: '__proto__' } }),
      row('p', '__proto__', 'toString'),
      row('k', 'constructor', '__proto__'),
    ];
    expect(await taken(page, backupOf(chats, messages))).toContain('Conversations added: 5');
    await page.reload();
    for (const title of ['never', 'before-all', 'circle', 'constructor', '__proto__']) {
      await page.getByRole('link', { name: title }).click();
      await page.locator('.turn').first().waitFor();
    }
    expect(await storedRows(page, 'messages')).toEqual(expect.arrayContaining([...here]));
    expect(await storedRows(page, 'chats')).toContainEqual(
      expect.objectContaining({ id: mine?.['id'], title: 'Here before', pinned: false }),
    );
    await page.getByRole('link', { name: 'Here before' }).click();
    await expect.poll(() => page.locator('.said').allInnerTexts()).toContain('Here before');
    // What is asked from now on stands above what claims to be of the future.
    await page.getByRole('button', { name: 'New chat' }).click();
    await ask(page, 'Asked now');
    await expect.poll(() => page.locator('.chats a').first().innerText()).toBe('Asked now');
    visitor.expectPeace();
  });

  it('that is broken is said to be, and a broken archive gives what of it is whole', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const here = await begin(page);
    const whole = zip({ 'one.json': JSON.stringify([fromChatGpt('One')]), 'two.json': '[{"mapping":' });
    for (const file of [ours().slice(0, -9), '['.repeat(100_000), whole.subarray(0, 200), '\u0000\u0001']) {
      expect(await taken(page, file)).toContain('holds no conversations that can be read');
    }
    expect(await storedRows(page, 'messages')).toEqual(here);
    expect(await taken(page, whole)).toContain('Conversations added: 1');
    visitor.expectPeace();
  });

  it('that comes when storage is full is kept in memory, and said to be', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await begin(page);
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('Full', 'QuotaExceededError');
      };
    });
    expect(await taken(page, ours())).toContain('Conversations added: 1');
    await expect.poll(() => page.locator('.banner').innerText()).toContain('storage is full');
    await page.getByRole('link', { name: 'Ours' }).click();
    await expect.poll(() => page.locator('.answer .md').innerText()).toBe('A Ours');
    visitor.expectPeace();
  });
});

it('rows of an earlier version with times that no calendar knows are shown', async () => {
  await using visitor = await world.visit();
  const { page } = visitor;
  await begin(page);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const open = indexedDB.open('nexcode');
        open.onsuccess = () => {
          const transaction = open.result.transaction(['chats', 'messages'], 'readwrite');
          for (const table of ['chats', 'messages']) {
            const store = transaction.objectStore(table);
            const all = store.getAll();
            all.onsuccess = () => {
              for (const row of all.result) store.put({ ...row, at: 1e300, updated: 1e300 });
            };
          }
          transaction.oncomplete = () => {
            open.result.close();
            resolve();
          };
          transaction.onerror = () => reject(transaction.error);
        };
      }),
  );
  await page.reload();
  await expect.poll(() => page.locator('.said').allInnerTexts()).toEqual(['Here before']);
  await ask(page, 'And on');
  await expect.poll(() => page.locator('.answer .figures').count()).toBe(2);
  visitor.expectPeace();
});
