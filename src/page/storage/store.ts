/** The storage the page talks to: it never rejects. What the database refuses is kept in memory, and said. */
import { leftNames, type Rescue } from './rescue.ts';
import { keyOf, type Removed, type Row, type Rows, TABLES, type Table } from './rows.ts';

/** `blocked`: nothing can be stored here. `full`: the browser's quota is used up. */
export type Trouble = 'blocked' | 'full';

/** What the page stores, and what pages that went away left to be stored. */
export interface Store extends Rows {
  /** Takes over what they left behind. Gives the conversations that may have changed by that. */
  recover(): Promise<Iterable<string>>;
  /** All is cleared, here or by another tab: nothing is written until the page begins anew. */
  close(): void;
}

type Unsaved = { readonly [T in Table]: Map<string, Row[T]> };

/**
 * @param rows the database, or null where there is none
 * @param trouble called when the database refuses, and with null when it writes again after that
 * @param rescue told of each row that is on its way
 */
export function store(rows: Rows | null, trouble: (trouble: Trouble | null) => void, rescue: Rescue): Store {
  const unsaved: Unsaved = {
    chats: new Map(),
    messages: new Map(),
    drafts: new Map(),
    prompts: new Map(),
    files: new Map(),
  };
  /** The row of each name whose writing was begun last: an older one that is refused after it is no longer of use. */
  const newest = new Map<string, Row[Table]>();
  let troubled = false;
  let isClosed = false;
  if (!rows) trouble('blocked');

  /**
   * Writes, and after trouble all that could not be written before.
   * @returns whether it is written; where it is not, `otherwise` has been called
   */
  async function attempt(
    write: (rows: Rows) => Promise<void>,
    otherwise: () => void = () => {},
  ): Promise<boolean> {
    if (!rows || isClosed) {
      otherwise();
      return false;
    }
    try {
      await write(rows);
    } catch (error) {
      otherwise();
      refused(error);
      return false;
    }
    if (troubled) await saveRest(rows).catch(refused);
    return true;
  }

  function refused(error: unknown): void {
    troubled = true;
    trouble(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'blocked');
  }

  async function saveRest(rows: Rows): Promise<void> {
    for (const table of TABLES) {
      const left = unsaved[table] as Map<string, Row[Table]>;
      for (const [key, row] of left) {
        await rows.put(table, row);
        if (left.get(key) === row) left.delete(key);
        rescue.settled(table, row);
      }
    }
    troubled = false;
    trouble(null);
  }

  /** Writes rows that are kept in memory, and in the rescue's hands, until they are written. */
  async function keep<T extends Table>(
    table: T,
    fresh: readonly Row[T][],
    write: (rows: Rows) => Promise<void>,
  ): Promise<void> {
    const left = unsaved[table] as Map<string, Row[T]>;
    const name = (row: Row[T]) => `${table}.${keyOf(row)}`;
    for (const row of fresh) {
      newest.set(name(row), row);
      rescue.underway(table, row);
    }
    const isWritten = await attempt(write, () => {
      for (const row of fresh) if (newest.get(name(row)) === row) left.set(keyOf(row), row);
    });
    for (const row of fresh) {
      if (newest.get(name(row)) === row) newest.delete(name(row));
      if (isWritten) rescue.settled(table, row);
    }
  }

  /** Reading fails as quietly as writing: then memory is all there is, and that is said. */
  async function read<R>(reading: (rows: Rows) => Promise<R>, otherwise: R): Promise<R> {
    if (!rows) return otherwise;
    return reading(rows).catch((error: unknown) => {
      refused(error);
      return otherwise;
    });
  }

  function merged<T extends Table>(table: T, saved: readonly Row[T][]): readonly Row[T][] {
    const left = unsaved[table] as Map<string, Row[T]>;
    return left.size === 0 ? saved : [...saved.filter((row) => !left.has(keyOf(row))), ...left.values()];
  }

  const all: Rows['all'] = async (table) => merged(table, await read((from) => from.all(table), []));

  const kept: Store = {
    async recover() {
      if (leftNames().length === 0) return [];
      // Where it cannot be fetched, the next start takes over what is there.
      const recovery = await import('./recover.ts').catch(() => null);
      return recovery?.recover(kept) ?? [];
    },
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
      await keep(table, changed, (to) => to.put(table, ...changed));
    },
    async add(table, ...fresh) {
      const left = unsaved[table] as Map<string, Row[typeof table]>;
      const others = fresh.filter((row) => !left.has(keyOf(row)));
      await keep(table, others, (to) => to.add(table, ...others));
    },
    async change(table, key, change) {
      const left = unsaved[table] as Map<string, Row[typeof table]>;
      const put = (before: Row[typeof table] | undefined) => {
        const changed = change(before);
        if (!changed) return;
        left.set(key, changed);
        rescue.underway(table, changed);
      };
      const kept = left.get(key);
      if (kept) return put(kept);
      const before = await read((from) => from.get(table, key), undefined);
      await attempt(
        (to) => to.change(table, key, change),
        () => put(before),
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
      // What a page left behind of it is deleted, and brought back, with the rest.
      await kept.recover();
      const messages = [...unsaved.messages.values()].filter(({ chat }) => chat === id);
      const files = [...unsaved.files.values()].filter(({ chat }) => chat === id);
      const drafts = [id, ...messages.map((message) => message.id)]
        .map((key) => unsaved.drafts.get(key))
        .filter((draft) => draft !== undefined);
      let removed: Removed = { messages: [], drafts: [], files: [] };
      const chat = unsaved.chats.get(id);
      if (chat) rescue.settled('chats', chat);
      unsaved.chats.delete(id);
      for (const table of ['messages', 'drafts', 'files'] as const) {
        for (const row of { messages, drafts, files }[table]) {
          unsaved[table].delete(keyOf(row));
          rescue.settled(table, row);
        }
      }
      await attempt(async (from) => {
        removed = await from.removeChat(id);
      });
      return {
        messages: together(removed.messages, messages),
        drafts: together(removed.drafts, drafts),
        files: together(removed.files, files),
      };
    },
    async remove(table, key) {
      const left = unsaved[table].get(key);
      if (left) rescue.settled(table, left);
      unsaved[table].delete(key);
      newest.delete(`${table}.${key}`);
      const removal = { key, removed: true } as const;
      if (table === 'drafts') rescue.underway(table, removal);
      if (await attempt((to) => to.remove(table, key))) rescue.settled(table, removal);
    },
    async clear() {
      newest.clear();
      for (const left of Object.values(unsaved)) left.clear();
      await attempt((to) => to.clear());
      kept.close();
    },
    close() {
      isClosed = true;
      rescue.close();
    },
  };
  return kept;
}

/** The rows of both; where both have one, that of `left`, which is newer. */
function together<R extends Row[Table]>(saved: readonly R[], left: readonly R[]): readonly R[] {
  return [...new Map([...saved, ...left].map((row) => [keyOf(row), row])).values()];
}
