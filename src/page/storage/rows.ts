/** Where rows live: IndexedDB, one row per message. Nothing here knows what a row is shown as. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Attachment, StoredFile } from '../attachments/attachment.ts';
import type { Chat, Message } from '../chat/types.ts';
import type { Prompt } from '../prompts/prompt.ts';

export const DATABASE = 'nexcode';
/** 2: prompts. 3: files. */
const VERSION = 3;

/** Text typed and not yet sent; `key` is a chat's id, empty for the chat that is yet to be, or an edited message's. */
export interface Draft {
  readonly key: string;
  readonly text: string;
  readonly attachments?: readonly Attachment[];
  /** When it was written, milliseconds since the epoch; rows of earlier versions have none. */
  readonly at?: number;
}

interface Schema extends DBSchema {
  chats: { key: string; value: Chat };
  messages: { key: string; value: Message; indexes: { chat: string } };
  drafts: { key: string; value: Draft };
  prompts: { key: string; value: Prompt };
  files: { key: string; value: StoredFile; indexes: { chat: string } };
}

export const TABLES = ['chats', 'messages', 'drafts', 'prompts', 'files'] as const;
export type Table = (typeof TABLES)[number];
/** What a row of each table is. */
export type Row = { [T in Table]: Schema[T]['value'] };

/** What names a row in its table. */
export function keyOf(row: Row[Table] | { readonly key: string }): string {
  return 'key' in row ? row.key : row.id;
}

/** What belonged to a deleted chat. */
export interface Removed {
  readonly messages: readonly Message[];
  readonly drafts: readonly Draft[];
  readonly files: readonly StoredFile[];
}

export type Change<R> = (row: R | undefined) => R | undefined;

/** The few ways in which rows are read and written. Writes may reject (storage full, storage gone). */
export interface Rows {
  all<T extends Table>(table: T): Promise<readonly Row[T][]>;
  ofChat(chat: string): Promise<readonly Message[]>;
  get<T extends Table>(table: T, key: string): Promise<Row[T] | undefined>;
  put<T extends Table>(table: T, ...rows: readonly Row[T][]): Promise<void>;
  /** Puts only the rows whose key is not taken: whatever another tab does meanwhile, nothing is replaced. */
  add<T extends Table>(table: T, ...rows: readonly Row[T][]): Promise<void>;
  /**
   * Puts what `change` makes of a row as it stands now (undefined where there is none), in one transaction. Nothing is
   * written where it gives nothing.
   */
  change<T extends Table>(table: T, key: string, change: Change<Row[T]>): Promise<void>;
  /** Changes a chat as it stands now, so that two tabs changing different fields both succeed. */
  patchChat(id: string, patch: Partial<Chat>): Promise<void>;
  /** Deletes a chat with its messages, their files and every draft that belongs to them, and gives what it deleted. */
  removeChat(id: string): Promise<Removed>;
  remove(table: Table, key: string): Promise<void>;
  clear(): Promise<void>;
}

/**
 * Opens the database. Rejects where the browser forbids storage. Where a tab of an earlier version keeps the database
 * from being upgraded, what is read and written rejects until that tab has let go.
 */
export async function openRows(): Promise<Rows> {
  let opening = open();
  await Promise.race([opening.database, opening.blocked]);
  return databaseRows(async () => {
    if (opening.isClosed) opening = open();
    if (opening.isBlocked) throw new DOMException('Another tab keeps the database', 'InvalidStateError');
    return opening.database;
  });
}

interface Opening {
  readonly database: Promise<IDBPDatabase<Schema>>;
  /** Resolves when another tab stands in the way. */
  readonly blocked: Promise<void>;
  isBlocked: boolean;
  /** Closed for another tab's sake, or by a browser that cleared its storage: it can be opened again, perhaps empty. */
  isClosed: boolean;
}

function open(): Opening {
  const { promise: blocked, resolve: block } = Promise.withResolvers<void>();
  const database = openDB<Schema>(DATABASE, VERSION, {
    upgrade(database, before) {
      if (before < 1) {
        database.createObjectStore('chats', { keyPath: 'id' });
        database.createObjectStore('messages', { keyPath: 'id' }).createIndex('chat', 'chat');
        database.createObjectStore('drafts', { keyPath: 'key' });
      }
      if (before < 2) database.createObjectStore('prompts', { keyPath: 'id' });
      if (before < 3) database.createObjectStore('files', { keyPath: 'id' }).createIndex('chat', 'chat');
    },
    blocked() {
      opening.isBlocked = true;
      block();
    },
    /** Another tab wants to upgrade or delete: this one must not stand in its way. */
    blocking(_current, _blocked, event) {
      opening.isClosed = true;
      (event.target as IDBDatabase | null)?.close();
    },
    terminated() {
      opening.isClosed = true;
    },
  });
  const opening: Opening = { database, blocked, isBlocked: false, isClosed: false };
  database.then(
    () => {
      opening.isBlocked = false;
    },
    // A later version's database cannot be opened, and one that could not may be by now.
    () => {
      opening.isClosed = true;
    },
  );
  return opening;
}

function databaseRows(connection: () => Promise<IDBPDatabase<Schema>>): Rows {
  return {
    all: async (table) => (await connection()).getAll(table) as Promise<never>,
    ofChat: async (chat) => (await connection()).getAllFromIndex('messages', 'chat', chat),
    get: async (table, key) => (await connection()).get(table, key) as Promise<never>,
    async put(table, ...rows) {
      const transaction = (await connection()).transaction(table, 'readwrite');
      const written = rows.map((row) => transaction.store.put(row));
      // At once: a page that goes away does not come to hear that they are written.
      transaction.commit();
      await Promise.all([...written, transaction.done]);
    },
    async add(table, ...rows) {
      const transaction = (await connection()).transaction(table, 'readwrite');
      for (const row of rows) {
        const known = await transaction.store.getKey(keyOf(row));
        if (known === undefined) await transaction.store.put(row);
      }
      await transaction.done;
    },
    async change(table, key, change) {
      const transaction = (await connection()).transaction(table, 'readwrite');
      const row: unknown = await transaction.store.get(key);
      const changed = change(row as Parameters<typeof change>[0]);
      if (changed) await transaction.store.put(changed);
      await transaction.done;
    },
    async patchChat(id, patch) {
      const transaction = (await connection()).transaction('chats', 'readwrite');
      const chat = await transaction.store.get(id);
      if (chat) await transaction.store.put({ ...chat, ...patch });
      await transaction.done;
    },
    async removeChat(id) {
      const transaction = (await connection()).transaction(
        ['chats', 'messages', 'drafts', 'files'],
        'readwrite',
      );
      const [rows, kept, bytes] = [
        transaction.objectStore('messages'),
        transaction.objectStore('drafts'),
        transaction.objectStore('files'),
      ];
      const messages = await rows.index('chat').getAll(id);
      const files = await bytes.index('chat').getAll(id);
      const drafts: Draft[] = [];
      for (const key of [id, ...messages.map((message) => message.id)]) {
        const draft = await kept.get(key);
        if (draft) drafts.push(draft);
      }
      await Promise.all([
        ...files.map((file) => bytes.delete(file.id)),
        ...messages.map((message) => rows.delete(message.id)),
        ...drafts.map(({ key }) => kept.delete(key)),
        transaction.objectStore('chats').delete(id),
        transaction.done,
      ]);
      return { messages, drafts, files };
    },
    remove: async (table, key) => (await connection()).delete(table, key),
    async clear() {
      const transaction = (await connection()).transaction(TABLES, 'readwrite');
      await Promise.all([...TABLES.map((table) => transaction.objectStore(table).clear()), transaction.done]);
    },
  };
}
