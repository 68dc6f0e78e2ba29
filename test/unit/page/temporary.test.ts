/** Rows of temporary conversations never reach what is stored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chat, type Message, TEMPORARY } from '../../../src/page/chat/types.ts';
import { readArchive } from '../../../src/page/chats/archive.ts';
import { archive } from '../../../src/page/chats/archive-form.ts';
import type { Row, Table } from '../../../src/page/storage/rows.ts';
import type { Store } from '../../../src/page/storage/store.ts';
import { withTemporary } from '../../../src/page/temporary/temporary-store.ts';

/** A store that remembers everything that it was told to write. */
function recording() {
  const told: unknown[] = [];
  const rows = new Map<string, unknown>();
  const write = async (table: Table, ...given: readonly Row[Table][]) => {
    told.push(...given);
    for (const row of given) rows.set(`${table} ${'key' in row ? row.key : row.id}`, row);
  };
  const stored: Store = {
    recover: async () => [],
    close: () => {},
    all: async (table) =>
      [...rows].filter(([key]) => key.startsWith(`${table} `)).map(([, row]) => row) as never,
    ofChat: async () => [],
    get: async (table, key) => rows.get(`${table} ${key}`) as never,
    put: write,
    add: write,
    change: async (_, __, change) => void told.push(change(undefined)),
    patchChat: async (id, patch) => void told.push({ id, ...patch }),
    removeChat: async () => ({ messages: [], drafts: [], files: [] }),
    remove: async (table, key) => void rows.delete(`${table} ${key}`),
    clear: async () => rows.clear(),
  };
  return { stored, told };
}

const secret = 'nobody is to keep this';
const chat: Chat = {
  id: `${TEMPORARY}c`,
  title: secret,
  named: true,
  pinned: false,
  created: 1,
  updated: 1,
  leaf: 'm',
};
const message: Message = {
  id: 'm',
  chat: chat.id,
  parent: null,
  role: 'user',
  text: secret,
  at: 1,
  state: 'done',
};

describe('a temporary conversation', () => {
  it('is written, changed, read and deleted in memory, in any order of writes', async () => {
    const steps: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
      chat: (store) => store.put('chats', chat),
      message: (store) => store.put('messages', message),
      again: (store) => store.add('messages', message),
      draft: (store) => store.put('drafts', { key: chat.id, text: secret }),
      file: (store) => store.put('files', { id: 'f', chat: chat.id, blob: new Blob([secret]) }),
      changed: (store) => store.change('messages', 'm', (row) => row && { ...row, text: `${secret}!` }),
      patched: (store) => store.patchChat(chat.id, { title: `${secret}!` }),
      edited: (store) => store.put('drafts', { key: 'm', text: secret }),
    };
    const orders = fc.shuffledSubarray(['again', 'draft', 'file', 'changed', 'patched', 'edited']);
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const { stored, told } = recording();
        const store = withTemporary(stored);
        for (const name of ['chat', 'message', ...order]) await steps[name]?.(store);
        expect(JSON.stringify(told)).toBe('[]');
        expect((await store.get('chats', chat.id))?.title).toContain(secret);
        expect((await store.ofChat(chat.id)).map(({ id }) => id)).toEqual(['m']);
        const removed = await store.removeChat(chat.id);
        expect(removed.messages.map(({ id }) => id)).toEqual(['m']);
        expect(removed.files).toHaveLength(order.includes('file') ? 1 : 0);
        expect(await store.all('messages')).toEqual([]);
        expect(await store.all('files')).toEqual([]);
        expect(await store.get('drafts', chat.id)).toBe(undefined);
      }),
    );
  });

  it('leaves the others as they are', async () => {
    const { stored, told } = recording();
    const store = withTemporary(stored);
    const other = { ...chat, id: 'c2' };
    await store.put('chats', chat, other);
    await store.put('drafts', { key: '', text: 'stored' });
    expect(told).toEqual([other, { key: '', text: 'stored' }]);
    expect((await store.all('chats')).map(({ id }) => id)).toEqual(['c2', chat.id]);
  });

  it('takes a file that was stored with a draft out of what is stored', async () => {
    const { stored } = recording();
    const store = withTemporary(stored);
    const blob = new Blob(['x']);
    await store.put('files', { id: 'f', chat: '', blob });
    await store.put('files', { id: 'f', chat: chat.id, blob });
    expect(await stored.all('files')).toEqual([]);
    expect(await store.get('files', 'f')).toEqual({ id: 'f', chat: chat.id, blob });
  });

  it('that was exported is one like any other where it is imported', () => {
    const read = readArchive(JSON.stringify(archive([chat], [message])));
    expect(read?.chats.map(({ id }) => id)).toEqual(['c']);
    expect(read?.messages.map(({ chat }) => chat)).toEqual(['c']);
  });
});
