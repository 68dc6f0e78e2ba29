/** Rows of temporary conversations: in this page's memory alone, beside those that are stored. */
import { isTemporary } from '../chat/types.ts';
import { keyOf, type Row, type Table } from '../storage/rows.ts';
import type { Store } from '../storage/store.ts';

type Memory = { readonly [T in Table]: Map<string, Row[T]> };

/** The store with temporary conversations. No row of theirs ever reaches `stored`. */
export function withTemporary(stored: Store): Store {
  const memory: Memory = {
    chats: new Map(),
    messages: new Map(),
    drafts: new Map(),
    prompts: new Map(),
    files: new Map(),
  };
  const rowsOf = <T extends Table>(table: T) => memory[table] as Map<string, Row[T]>;

  /** A draft belongs to the chat or to the edited message that it is named after. */
  function isOurs(row: Row[Table]): boolean {
    if ('chat' in row) return isTemporary(row.chat);
    return isTemporary(keyOf(row)) || memory.messages.has(keyOf(row));
  }

  async function write<T extends Table>(
    how: 'put' | 'add',
    table: T,
    rows: readonly Row[T][],
  ): Promise<void> {
    const ours = rows.filter(isOurs);
    const others = rows.filter((row) => !isOurs(row));
    for (const row of ours) {
      const key = keyOf(row);
      if (how === 'put' || !rowsOf(table).has(key)) rowsOf(table).set(key, row);
      // A file of a draft that was begun elsewhere moves here.
      if (table === 'files') await stored.remove(table, key);
    }
    if (others.length > 0) await stored[how](table, ...others);
  }

  return {
    recover: () => stored.recover(),
    close: () => stored.close(),
    all: async (table) => [...(await stored.all(table)), ...rowsOf(table).values()],
    ofChat: async (chat) =>
      isTemporary(chat)
        ? [...memory.messages.values()].filter((message) => message.chat === chat)
        : stored.ofChat(chat),
    get: async (table, key) => rowsOf(table).get(key) ?? stored.get(table, key),
    put: (table, ...rows) => write('put', table, rows),
    add: (table, ...rows) => write('add', table, rows),
    async change(table, key, change) {
      const row = rowsOf(table).get(key);
      if (!row) return stored.change(table, key, change);
      const changed = change(row);
      if (changed) rowsOf(table).set(key, changed);
    },
    async patchChat(id, patch) {
      const chat = memory.chats.get(id);
      if (chat) memory.chats.set(id, { ...chat, ...patch });
      else await stored.patchChat(id, patch);
    },
    async removeChat(id) {
      if (!isTemporary(id)) return stored.removeChat(id);
      const messages = [...memory.messages.values()].filter(({ chat }) => chat === id);
      const files = [...memory.files.values()].filter(({ chat }) => chat === id);
      const drafts = [id, ...messages.map((message) => message.id)].flatMap((key) => {
        const draft = memory.drafts.get(key);
        return draft ? [draft] : [];
      });
      memory.chats.delete(id);
      for (const { id } of messages) memory.messages.delete(id);
      for (const { id } of files) memory.files.delete(id);
      for (const { key } of drafts) memory.drafts.delete(key);
      return { messages, drafts, files };
    },
    async remove(table, key) {
      if (!memory[table].delete(key)) await stored.remove(table, key);
    },
    async clear() {
      for (const rows of Object.values(memory)) rows.clear();
      await stored.clear();
    },
  };
}
