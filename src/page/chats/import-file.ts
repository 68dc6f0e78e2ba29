/** Importing a file: what is already here stays as it is, what is new is added. */
import type { App } from '../app/app.ts';
import { blobOf } from '../attachments/data-url.ts';
import type { Message } from '../chat/types.ts';
import type { Prompt } from '../prompts/prompt.ts';
import { type Rows, readArchive } from './archive.ts';
import type { ArchivedFile } from './archive-form.ts';
import { refreshChat } from './chats.ts';
import { merge } from './merge.ts';
import { isZip, jsonFiles } from './zip.ts';

export interface Imported {
  /** Conversations that were not here. */
  readonly added: number;
  /** Conversations that were here and got newer messages. */
  readonly continued: number;
  /** Prompts that were not here. */
  readonly prompts: number;
}

/** How many messages are written in one transaction. */
const AT_ONCE = 1000;

/** Takes in what a file holds; null where it is none that we know. */
export async function importFile(app: App, file: Blob): Promise<Imported | null> {
  const read = await readFile(file);
  if (!read) return null;
  const [chats, messages] = await Promise.all([app.store.all('chats'), app.store.all('messages')]);
  const merged = merge({ chats, messages }, inTime(read, Date.now()));
  await importFiles(app, merged.messages, read.files ?? []);
  for (let at = 0; at < merged.messages.length; at += AT_ONCE) {
    await app.store.add('messages', ...merged.messages.slice(at, at + AT_ONCE));
  }
  await app.store.add('chats', ...merged.chats);
  app.state.set({ chats: await app.store.all('chats') });
  for (const { id, patch } of merged.continued) {
    await app.store.patchChat(id, patch);
    await refreshChat(app, id);
  }
  for (const { id } of [...merged.chats, ...merged.continued]) app.tabs.tell({ type: 'chat', chat: id });
  const prompts = await importPrompts(app, read.prompts ?? []);
  return { added: merged.chats.length, continued: merged.continued.length, prompts };
}

/** The bytes of the new messages' files, each with the chat that it came with. */
async function importFiles(
  app: App,
  messages: readonly Message[],
  files: readonly ArchivedFile[],
): Promise<void> {
  const data = new Map(files.map((file) => [file.id, file.data]));
  for (const { chat, attachments = [] } of messages) {
    for (const { id } of attachments) {
      const blob = blobOf(data.get(id) ?? '');
      if (blob) await app.store.add('files', { id, chat, blob });
    }
  }
}

/** A prompt that is here stays as it is. Returns how many were not. */
async function importPrompts(app: App, prompts: readonly Prompt[]): Promise<number> {
  const here = new Set((await app.store.all('prompts')).map(({ id }) => id));
  const fresh = new Map(prompts.filter(({ id }) => !here.has(id)).map((prompt) => [prompt.id, prompt]));
  await app.store.add('prompts', ...fresh.values());
  return fresh.size;
}

/** A time that has not come yet would stay above everything that is written from now on; one before all times is none. */
function inTime({ chats, messages, ...rest }: Rows, now: number): Rows {
  const within = (time: number) => Math.min(Math.max(0, time), now);
  return {
    ...rest,
    chats: chats.map((chat) => ({ ...chat, created: within(chat.created), updated: within(chat.updated) })),
    messages: messages.map((message) => ({ ...message, at: within(message.at) })),
  };
}

/** Reads a JSON file, or every JSON file of a ZIP archive that holds conversations. */
async function readFile(file: Blob): Promise<Rows | null> {
  if (!(await isZip(file))) {
    // A file that is too large for a text, or that can no longer be read, is none that we know.
    const content = await file.text().catch(() => null);
    return content === null ? null : readArchive(content);
  }
  const found: Rows[] = [];
  try {
    for await (const content of jsonFiles(file)) {
      const rows = readArchive(content);
      if (rows) found.push(rows);
    }
  } catch {
    // A broken archive: what could be read of it is taken.
  }
  if (found.length === 0) return null;
  return {
    chats: found.flatMap((rows) => rows.chats),
    messages: found.flatMap((rows) => rows.messages),
    prompts: found.flatMap((rows) => rows.prompts ?? []),
    files: found.flatMap((rows) => rows.files ?? []),
  };
}
