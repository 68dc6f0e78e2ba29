/** Importing a file: what is already here stays as it is, what is new is added. */
import type { App } from '../app/app.ts';
import { readArchive } from './archive.ts';

/** The number of conversations added, or null where the file is none that we know. */
export async function importFile(app: App, file: Blob): Promise<number | null> {
  const read = readArchive(await file.text());
  if (!read) return null;
  const here = new Set((await app.store.all('chats')).map(({ id }) => id));
  const chats = read.chats.filter(({ id }) => !here.has(id));
  const taken = new Set(chats.map(({ id }) => id));
  const messages = read.messages.filter(({ chat }) => taken.has(chat));
  await app.store.put('messages', ...messages);
  await app.store.put('chats', ...chats);
  app.state.set({ chats: [...app.state.get().chats, ...chats] });
  for (const { id } of chats) app.tabs.tell({ type: 'chat', chat: id });
  return chats.length;
}
