import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Chat, Message } from '../../../src/page/chat/types.ts';
import { readPreferences } from '../../../src/page/settings/registry.ts';
import { type Rescue, watchLeaving } from '../../../src/page/storage/rescue.ts';
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

/** For pages that do not go away. */
const NO_RESCUE: Rescue = { underway() {}, settled() {}, close() {} };

async function opened(rescue: Rescue = NO_RESCUE) {
  const rows = await openRows();
  const said: (Trouble | null)[] = [];
  return { rows, said, kept: store(rows, (trouble) => said.push(trouble), rescue) };
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
    async change(table, key, change) {
      refuse();
      await rows.change(table, key, change);
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

describe('a database that is gone', () => {
  it('because another page deleted it is opened again, empty, and takes what comes then', async () => {
    const { kept, said } = await opened();
    await kept.put('chats', chat('x'));
    await deleteDB(DATABASE);
    expect(await kept.all('chats')).toEqual([]);
    await kept.put('chats', chat('y'));
    expect(await kept.all('chats')).toEqual([chat('y')]);
    expect(said).toEqual([]);
  });

  it('because a later version of the page has upgraded it is said, and memory does its work', async () => {
    const { kept, said } = await opened();
    await kept.put('chats', chat('x'));
    const later = await openDB(DATABASE, 99);
    await kept.put('chats', chat('y'));
    expect(await kept.all('chats')).toEqual([chat('y')]);
    expect(said).toContain('blocked');
    expect(await later.getAll('chats')).toEqual([chat('x')]);
    later.close();
  });

  it('behind a tab of an earlier version that does not let go is said, and written once it has', async () => {
    const earlier = await openDB(DATABASE, 2, {
      upgrade(database) {
        database.createObjectStore('chats', { keyPath: 'id' });
        database.createObjectStore('messages', { keyPath: 'id' }).createIndex('chat', 'chat');
        database.createObjectStore('drafts', { keyPath: 'key' });
        database.createObjectStore('prompts', { keyPath: 'id' });
      },
    });
    await earlier.put('chats', chat('x'));
    const { kept, rows, said } = await opened();
    await kept.put('chats', chat('y'));
    expect(said).toEqual(['blocked']);
    expect(await kept.all('chats')).toEqual([chat('y')]);
    earlier.close();
    await vi.waitFor(() => rows.all('files'));
    await kept.put('chats', chat('z'));
    expect(said.at(-1)).toBe(null);
    expect((await rows.all('chats')).map(({ id }) => id).sort()).toEqual(['x', 'y', 'z']);
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
    const add = (word: string) => (row: Message | undefined) => row && { ...row, text: row.text + word };
    const words = Array.from({ length: 20 }, (_, index) => `<${index}>`);
    await Promise.all(
      words.map((word, index) => (index % 2 ? first : second).kept.change('messages', 'a', add(word))),
    );
    const { text = '' } = (await first.kept.get('messages', 'a')) ?? {};
    for (const word of words) expect(text).toContain(word);
  });
});

describe('what a page leaves behind', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const answer = (text: string, state: Message['state']): Message => ({
    ...message('a', 'x', text),
    role: 'assistant',
    state,
  });

  /** A page that goes away with these writes under way: nothing that it tells the database arrives any more. */
  async function leave(write: (kept: Rows) => void): Promise<object> {
    const area = storageArea();
    const events = new EventTarget();
    vi.stubGlobal('window', { localStorage: area });
    vi.stubGlobal('document', new EventTarget());
    vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
    const { rows } = await opened();
    const never = () => new Promise<never>(() => {});
    const deaf: Rows = { ...rows, put: never, add: never, change: never, remove: never };
    write(store(deaf, () => {}, watchLeaving()));
    events.dispatchEvent(new Event('pagehide'));
    return area;
  }

  it.each<[string, Message, string]>([
    ['is taken over by a row that lacks it', answer('Once', 'writing'), 'Once upon'],
    ['is too old for a row that is further', answer('Once upon a time', 'writing'), 'Once upon a time'],
    ['is no more for a row that has ended', answer('Once', 'done'), 'Once'],
  ])('%s', async (_, row, text) => {
    const { kept } = await opened();
    await kept.put('chats', chat('x'));
    await kept.put('messages', row);
    const area = await leave((left) => void left.put('messages', answer('Once upon', 'interrupted')));
    await kept.recover();
    expect(await kept.get('messages', 'a')).toEqual({ ...row, text });
    expect(Object.keys(area)).toEqual([]);
  });

  it('is a question with its chat, a draft, and the end of an answer, though nothing of them was stored', async () => {
    const draft = { key: '', text: 'half a tho', at: 5 };
    const whole = answer('Once upon a time, the end.', 'done');
    const { kept } = await opened();
    await kept.put('drafts', { key: 'sent', text: 'words', at: 5 });
    const area = await leave((left) => {
      void left.put('chats', chat('x'));
      void left.put('messages', message('q', 'x'));
      void left.put('messages', answer('Once', 'writing'));
      void left.put('messages', whole);
      void left.put('drafts', draft);
      void left.remove('drafts', 'sent');
    });
    await kept.recover();
    expect(await kept.all('chats')).toEqual([chat('x')]);
    expect(await kept.ofChat('x')).toEqual([whole, message('q', 'x')]);
    expect(await kept.all('drafts')).toEqual([draft]);
    expect(Object.keys(area)).toEqual([]);
  });

  it('is not what the database has confirmed, and not what was cleared', async () => {
    const area = await leave(() => {});
    const events = new EventTarget();
    vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
    const { kept } = await opened(watchLeaving());
    await kept.put('chats', chat('x'));
    void kept.put('chats', chat('y'));
    await kept.clear();
    events.dispatchEvent(new Event('pagehide'));
    await kept.put('drafts', { key: '', text: 'what stands in the field' });
    expect(Object.keys(area)).toEqual([]);
    expect(await (await openRows()).all('drafts')).toEqual([]);
  });

  it('does not come over what another tab has written since, or deleted', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
    const { kept } = await opened();
    await leave((left) => {
      void left.put('drafts', { key: '', text: 'older', at: 1 });
      void left.put('messages', message('q', 'gone'));
      void left.put('chats', chat('x'));
    });
    vi.setSystemTime(1002);
    const newer = { key: '', text: 'newer', at: 1001 };
    await kept.put('drafts', newer);
    await kept.put('chats', chat('x', { title: 'Named since' }));
    await kept.recover();
    expect(await kept.all('drafts')).toEqual([newer]);
    expect(await kept.all('messages')).toEqual([]);
    expect(await kept.all('chats')).toEqual([chat('x', { title: 'Named since' })]);
  });

  it('is newer than a draft of before the clock was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
    const { kept } = await opened();
    await kept.put('drafts', { key: '', text: 'older', at: 5000 });
    await leave((left) => void left.put('drafts', { key: '', text: 'newer', at: 1000 }));
    await kept.recover();
    expect((await kept.get('drafts', ''))?.text).toBe('newer');
  });

  it('goes with its chat, and comes back with it', async () => {
    const { kept } = await opened();
    await kept.put('chats', chat('x'));
    const area = await leave((left) => void left.put('messages', answer('Once upon', 'writing')));
    const removed = await kept.removeChat('x');
    expect(removed.messages).toEqual([answer('Once upon', 'writing')]);
    expect(Object.keys(area)).toEqual([]);
  });

  it('never replaces what another tab stores while it is taken over', async () => {
    const [first, second] = [await opened(), await opened()];
    await first.kept.put('chats', chat('x'));
    await first.kept.put('messages', answer('Once', 'writing'));
    await leave((left) => void left.put('messages', answer('Once upon', 'writing')));
    // The other tab's answer ends between this one's reading and its writing, wherever that is.
    const whole = answer('Once upon a time, the end.', 'done');
    const late: Rows = {
      ...first.rows,
      async get(table, key) {
        const row = await first.rows.get(table, key);
        await second.kept.put('messages', whole);
        return row;
      },
      async change(table, key, change) {
        await second.kept.put('messages', whole);
        await first.rows.change(table, key, change);
      },
    };
    await store(late, () => {}, NO_RESCUE).recover();
    expect(await first.kept.get('messages', 'a')).toEqual(whole);
  });

  it('in storage that is full is kept until there is room', async () => {
    const area = storageArea();
    const events = new EventTarget();
    const rows = await openRows();
    await rows.put('chats', chat('x'));
    const full = { now: true };
    const page = () => {
      vi.stubGlobal('window', { localStorage: area });
      vi.stubGlobal('document', new EventTarget());
      vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
      return store(filling(rows, full), () => {}, watchLeaving());
    };
    await page().put('messages', message('q', 'x'));
    events.dispatchEvent(new Event('pagehide'));
    const second = page();
    await second.recover();
    expect(await second.ofChat('x')).toEqual([message('q', 'x')]);
    events.dispatchEvent(new Event('pagehide'));
    full.now = false;
    await page().recover();
    expect(await rows.ofChat('x')).toEqual([message('q', 'x')]);
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
    const kept = store(filling(rows, full), (trouble) => said.push(trouble), NO_RESCUE);
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

  it('an older form of a row does not put it over the newer one', async () => {
    const rows = await openRows();
    const refused = Promise.withResolvers<never>();
    const slow: Rows = {
      ...rows,
      put: (table, ...changed) =>
        changed.some((row) => 'text' in row && row.text === 'old')
          ? refused.promise
          : rows.put(table, ...changed),
    };
    const kept = store(slow, () => {}, NO_RESCUE);
    const older = kept.put('messages', message('a', 'x', 'old'));
    await kept.put('messages', message('a', 'x', 'new'));
    refused.reject(new DOMException('Full', 'QuotaExceededError'));
    await older;
    expect(await kept.ofChat('x')).toEqual([message('a', 'x', 'new')]);
    await kept.put('messages', message('b', 'x'));
    expect((await rows.get('messages', 'a'))?.text).toBe('new');
  });

  it('altogether is said once, and memory does its work', async () => {
    const said: (Trouble | null)[] = [];
    const kept = store(null, (trouble) => said.push(trouble), NO_RESCUE);
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
      folded: false,
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
      folded: true,
      theme: 'dark',
      language: 'zh-CN',
    } as const;
    expect(readPreferences(JSON.stringify(preferences))).toEqual(preferences);
  });
});
