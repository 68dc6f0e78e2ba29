/** The storage the page talks to: it never rejects. What the database refuses is kept in memory, and said. */
import { type Removed, type Row, type Rows, TABLES, type Table } from './rows.ts';

/** `blocked`: nothing can be stored here. `full`: the browser's quota is used up. */
export type Trouble = 'blocked' | 'full';

type Unsaved = { readonly [T in Table]: Map<string, Row[T]> };

/**
 * @param rows the database, or null where there is none
 * @param trouble called when a write is refused, and with null when one succeeds after that
 */
export function store(rows: Rows | null, trouble: (trouble: Trouble | null) => void): Rows {
  const unsaved: Unsaved = {
    chats: new Map(),
    messages: new Map(),
    drafts: new Map(),
    prompts: new Map(),
    files: new Map(),
  };
  let troubled = false;
  if (!rows) trouble('blocked');

  /** Writes what could not be written before, oldest table first, then `write`. */
  async function attempt(write: (rows: Rows) => Promise<void>, otherwise: () => void): Promise<void> {
    if (!rows) return otherwise();
    try {
      await write(rows);
      if (troubled) await saveRest(rows);
    } catch (error) {
      otherwise();
      troubled = true;
      trouble(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'blocked');
    }
  }

  async function saveRest(rows: Rows): Promise<void> {
    for (const table of TABLES) {
      const left = unsaved[table] as Map<string, Row[Table]>;
      for (const [key, row] of left) {
        await rows.put(table, row);
        if (left.get(key) === row) left.delete(key);
      }
    }
    troubled = false;
    trouble(null);
  }

  /** Reading fails as quietly as writing: then memory is all there is. */
  async function read<R>(reading: (rows: Rows) => Promise<R>, otherwise: R): Promise<R> {
    return rows ? await reading(rows).catch(() => otherwise) : otherwise;
  }

  function merged<T extends Table>(table: T, saved: readonly Row[T][]): readonly Row[T][] {
    const left = unsaved[table] as Map<string, Row[T]>;
    return left.size === 0 ? saved : [...saved.filter((row) => !left.has(keyOf(row))), ...left.values()];
  }

  const all: Rows['all'] = async (table) => merged(table, await read((from) => from.all(table), []));

  return {
    all,
    async ofChat(chat) {
      const saved = await read((from) => from.ofChat(chat), []);
      return merged('messages', saved).filter((message) => message.chat === chat);
    },
    async get(table, key) {
      const left = unsaved[table] as Map<string, Row[typeof table]>;
      return left.get(key) ?? (await read((from) => from.get(table, key), undefined));
    },
    async put(table, ...changed) {
      const left = unsaved[table] as Map<string, Row[typeof table]>;
      for (const row of changed) left.delete(keyOf(row));
      await attempt(
        (to) => to.put(table, ...changed),
        () => {
          for (const row of changed) left.set(keyOf(row), row);
        },
      );
    },
    async add(table, ...fresh) {
      const left = unsaved[table] as Map<string, Row[typeof table]>;
      const others = fresh.filter((row) => !left.has(keyOf(row)));
      await attempt(
        (to) => to.add(table, ...others),
        () => {
          for (const row of others) left.set(keyOf(row), row);
        },
      );
    },
    async changeMessage(id, change) {
      const left = unsaved.messages.get(id);
      if (left) unsaved.messages.set(id, change(left) ?? left);
      else
        await attempt(
          (to) => to.changeMessage(id, change),
          () => {},
        );
    },
    async patchChat(id, patch) {
      const left = unsaved.chats.get(id);
      if (left) unsaved.chats.set(id, { ...left, ...patch });
      else {
        const before = await read((from) => from.get('chats', id), undefined);
        await attempt(
          (to) => to.patchChat(id, patch),
          () => before && unsaved.chats.set(id, { ...before, ...patch }),
        );
      }
    },
    async removeChat(id) {
      const messages = [...unsaved.messages.values()].filter(({ chat }) => chat === id);
      const files = [...unsaved.files.values()].filter(({ chat }) => chat === id);
      const drafts = [id, ...messages.map((message) => message.id)]
        .map((key) => unsaved.drafts.get(key))
        .filter((draft) => draft !== undefined);
      let removed: Removed = { messages: [], drafts: [], files: [] };
      unsaved.chats.delete(id);
      for (const table of ['messages', 'drafts', 'files'] as const) {
        for (const row of { messages, drafts, files }[table]) unsaved[table].delete(keyOf(row));
      }
      await attempt(
        async (from) => {
          removed = await from.removeChat(id);
        },
        () => {},
      );
      return {
        messages: together(removed.messages, messages),
        drafts: together(removed.drafts, drafts),
        files: together(removed.files, files),
      };
    },
    async remove(table, key) {
      unsaved[table].delete(key);
      await attempt(
        (to) => to.remove(table, key),
        () => {},
      );
    },
    async clear() {
      for (const left of Object.values(unsaved)) left.clear();
      await attempt(
        (to) => to.clear(),
        () => {},
      );
    },
  };
}

/** The rows of both; where both have one, that of `left`, which is newer. */
function together<R extends Row[Table]>(saved: readonly R[], left: readonly R[]): readonly R[] {
  return [...new Map([...saved, ...left].map((row) => [keyOf(row), row])).values()];
}

function keyOf(row: Row[Table]): string {
  return 'key' in row ? row.key : row.id;
}
