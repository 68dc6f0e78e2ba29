import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Chat, Message } from '../../../src/page/chat/types.ts';
import { readPreferences } from '../../../src/page/settings/registry.ts';
import { recover, saveOnExit } from '../../../src/page/storage/rescue.ts';
import { DATABASE, openRows, type Rows } from '../../../src/page/storage/rows.ts';
import { store, type Trouble } from '../../../src/page/storage/store.ts';

const chat = (id: string, changes: Partial<Chat> = {}): Chat => ({
  id,
  title: id,
  named: false,
  pinned: false,
  created: 1,
  updated: 1,
  leaf: null,
  ...changes,
});
const message = (id: string, inChat: string, text = id): Message => ({
  id,
  chat: inChat,
  parent: null,
  role: 'user',
  text,
  at: 1,
  state: 'done',
});

beforeEach(() => deleteDB(DATABASE));

async function opened() {
  const rows = await openRows();
  const said: (Trouble | null)[] = [];
  return { rows, said, kept: store(rows, (trouble) => said.push(trouble)) };
}

/** The database with writes that fail for as long as `full` says. */
function filling(rows: Rows, full: { now: boolean }): Rows {
  const refuse = () => {
    if (full.now) throw new DOMException('Full', 'QuotaExceededError');
  };
  return {
    ...rows,
    async put(table, ...changed) {
      refuse();
      await rows.put(table, ...changed);
    },
    async patchChat(id, patch) {
      refuse();
      await rows.patchChat(id, patch);
    },
  };
}

describe('rows', () => {
  it('of the first version of the database stay, and new tables join them', async () => {
    const old = await openDB(DATABASE, 1, {
      upgrade(database) {
        database.createObjectStore('chats', { keyPath: 'id' });
        database.createObjectStore('messages', { keyPath: 'id' }).createIndex('chat', 'chat');
        database.createObjectStore('drafts', { keyPath: 'key' });
      },
    });
    await old.put('chats', chat('old'));
    await old.put('messages', message('m', 'old'));
    old.close();
    const { kept, said } = await opened();
    expect(await kept.all('chats')).toEqual([chat('old')]);
    expect(await kept.ofChat('old')).toEqual([message('m', 'old')]);
    const prompt = { id: 'p', name: 'P', text: 'T', updated: 1 };
    await kept.put('prompts', prompt);
    expect(await kept.all('prompts')).toEqual([prompt]);
    await kept.clear();
    expect(await kept.all('prompts')).toEqual([]);
    expect(said).toEqual([]);
  });

  it('are one per message, found by their chat', async () => {
    const { kept } = await opened();
    await kept.put('messages', message('a', 'x'), message('b', 'y'), message('c', 'x'));
    expect((await kept.ofChat('x')).map(({ id }) => id).sort()).toEqual(['a', 'c']);
    expect(await kept.all('messages')).toHaveLength(3);
  });

  it('are changed field by field, so that two tabs do not undo each other', async () => {
    const first = await opened();
    const second = await opened();
    await first.kept.put('chats', chat('x'));
    await Promise.all([
      first.kept.patchChat('x', { pinned: true }),
      second.kept.patchChat('x', { title: 'New' }),
    ]);
    expect(await first.kept.get('chats', 'x')).toMatchObject({ pinned: true, title: 'New' });
  });

  it('go with their chat: messages and draft too', async () => {
    const { kept } = await opened();
    await kept.put('chats', chat('x'), chat('y'));
    await kept.put('messages', message('a', 'x'), message('b', 'y'));
    await kept.put('drafts', { key: 'x', text: 'half' });
    await kept.put('files', { id: 'f', chat: 'x', blob: new Blob(['f']) });
    const removed = await kept.removeChat('x');
    expect(removed.messages).toEqual([message('a', 'x')]);
    expect(removed.drafts).toEqual([{ key: 'x', text: 'half' }]);
    expect(removed.files.map(({ id }) => id)).toEqual(['f']);
    expect(await kept.all('files')).toEqual([]);
    expect((await kept.all('chats')).map(({ id }) => id)).toEqual(['y']);
    expect((await kept.all('messages')).map(({ id }) => id)).toEqual(['b']);
    expect(await kept.get('drafts', 'x')).toBe(undefined);
  });
});

describe('two tabs', () => {
  it('bring back what the other wrote until the deletion, and replace nothing that is there', async () => {
    const [first, second] = [await opened(), await opened()];
    await first.kept.put('chats', chat('x'));
    await first.kept.put('messages', message('a', 'x'));
    const writing = second.kept.put('messages', message('b', 'x'));
    const removed = await first.kept.removeChat('x');
    await writing;
    const left = await first.kept.ofChat('x');
    expect([...removed.messages, ...left].map(({ id }) => id).sort()).toEqual(['a', 'b']);

    await second.kept.put('messages', message('a', 'x', 'newer'));
    await first.kept.add('messages', ...removed.messages);
    expect(await first.kept.get('messages', 'a')).toEqual(message('a', 'x', 'newer'));
  });

  it('change one message one after the other, each as the other left it', async () => {
    const [first, second] = [await opened(), await opened()];
    await first.kept.put('messages', message('a', 'x', ''));
    const add = (word: string) => (row: Message) => ({ ...row, text: row.text + word });
    const words = Array.from({ length: 20 }, (_, index) => `<${index}>`);
    await Promise.all(
      words.map((word, index) => (index % 2 ? first : second).kept.changeMessage('a', add(word))),
    );
    const { text = '' } = (await first.kept.get('messages', 'a')) ?? {};
    for (const word of words) expect(text).toContain(word);
  });
});

describe('what a page left behind', () => {
  afterEach(() => vi.unstubAllGlobals());
  const answer = (text: string, state: Message['state']): Message => ({
    ...message('a', 'x', text),
    role: 'assistant',
    state,
  });

  it.each<[string, Message, string]>([
    ['is taken over by a row that lacks it', answer('Once', 'writing'), 'Once upon'],
    ['is too old for a row that is further', answer('Once upon a time', 'writing'), 'Once upon a time'],
    ['is no more for a row that has ended', answer('Once', 'done'), 'Once'],
  ])('%s', async (_, row, text) => {
    const area = storageArea();
    vi.stubGlobal('window', { localStorage: area });
    const { kept } = await opened();
    await kept.put('messages', row);
    saveOnExit(answer('Once upon', 'writing'));
    await recover(kept);
    expect(await kept.get('messages', 'a')).toEqual({ ...row, text });
    expect(Object.keys(area)).toEqual([]);
  });

  it('never replaces what another tab stores while it is taken over', async () => {
    vi.stubGlobal('window', { localStorage: storageArea() });
    const [first, second] = [await opened(), await opened()];
    await first.kept.put('messages', answer('Once', 'writing'));
    saveOnExit(answer('Once upon', 'writing'));
    // The other tab's answer ends between this one's reading and its writing, wherever that is.
    const whole = answer('Once upon a time, the end.', 'done');
    const late: Rows = {
      ...first.kept,
      async get(table, key) {
        const row = await first.kept.get(table, key);
        await second.kept.put('messages', whole);
        return row;
      },
      async changeMessage(id, change) {
        await second.kept.put('messages', whole);
        await first.kept.changeMessage(id, change);
      },
    };
    await recover(late);
    expect(await first.kept.get('messages', 'a')).toEqual(whole);
  });
});

/** A storage area whose own keys are those of its items, as in a browser. */
function storageArea(): object {
  return Object.create({
    getItem(key: string) {
      return Object.hasOwn(this, key) ? Reflect.get(this, key) : null;
    },
    setItem(key: string, value: string) {
      Reflect.set(this, key, value);
    },
    removeItem(key: string) {
      Reflect.deleteProperty(this, key);
    },
  });
}

describe('storage that refuses', () => {
  it('loses nothing: what it refused is read from memory, and saved once there is room', async () => {
    const rows = await openRows();
    const full = { now: true };
    const said: (Trouble | null)[] = [];
    const kept = store(filling(rows, full), (trouble) => said.push(trouble));
    await kept.put('chats', chat('x'));
    await kept.put('messages', message('a', 'x'));
    await kept.patchChat('x', { title: 'Renamed' });
    expect(said).toEqual(['full', 'full']);
    expect(await kept.get('chats', 'x')).toMatchObject({ title: 'Renamed' });
    expect(await kept.ofChat('x')).toHaveLength(1);
    expect(await rows.all('messages')).toEqual([]);

    full.now = false;
    await kept.put('messages', message('b', 'x'));
    expect(said.at(-1)).toBe(null);
    expect((await rows.all('messages')).map(({ id }) => id).sort()).toEqual(['a', 'b']);
    expect(await rows.get('chats', 'x')).toMatchObject({ title: 'Renamed' });
  });

  it('altogether is said once, and memory does its work', async () => {
    const said: (Trouble | null)[] = [];
    const kept = store(null, (trouble) => said.push(trouble));
    await kept.put('chats', chat('x'));
    await kept.put('messages', message('a', 'x', 'words'));
    await kept.patchChat('x', { pinned: true });
    expect(await kept.all('chats')).toEqual([chat('x', { pinned: true })]);
    await kept.removeChat('x');
    expect(await kept.all('messages')).toEqual([]);
    expect(said).toEqual(['blocked']);
  });
});

describe('preferences', () => {
  it.each([
    null,
    '',
    '{',
    '[]',
    '{"temperature":"hot","mode":5,"theme":"pink","language":"xx"}',
    '{"temperature":3}',
  ])('that read %j are the defaults', (stored) => {
    expect(readPreferences(stored)).toEqual({
      mode: 'assistant',
      model: '',
      parameters: {},
      pinnedModels: [],
      recentModels: [],
      role: '',
      theme: 'auto',
      language: 'auto',
    });
  });

  it('are read as they were written', () => {
    const preferences = {
      mode: 'openai',
      model: 'm',
      parameters: { temperature: 0 },
      pinnedModels: ['a'],
      recentModels: ['b', 'c'],
      role: 'Be brief.',
      theme: 'dark',
      language: 'zh-CN',
    } as const;
    expect(readPreferences(JSON.stringify(preferences))).toEqual(preferences);
  });
});
