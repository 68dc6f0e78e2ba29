/** What a reader does to a conversation in the list: name it, delete it, bring it back. */
import { type App, translate } from '../app/app.ts';
import type { Chat, Message } from '../chat/types.ts';
import { openChat, patchChat } from './chats.ts';

export async function renameChat(app: App, id: string, title: string): Promise<void> {
  const trimmed = title.trim();
  if (trimmed) await patchChat(app, id, { title: trimmed, named: true });
}

/** Puts a conversation aside, or takes it back; the notice can undo the former. */
export async function archiveChat(app: App, { id, title }: Chat, archived: boolean): Promise<void> {
  const wasOpen = app.state.get().open === id;
  await patchChat(app, id, { archived });
  if (!archived) return;
  if (wasOpen) await openChat(app, null);
  const undo = async () => {
    app.state.set({ toast: null });
    await patchChat(app, id, { archived: false });
    if (wasOpen) await openChat(app, id);
  };
  app.state.set({ toast: { text: translate(app, 'chatArchived', { title }), undo } });
}

/** Deletes at once, and can bring everything back while the notice stands: all that was deleted meanwhile, too. */
export async function deleteChat(app: App, id: string): Promise<void> {
  const chat = app.state.get().chats.find((candidate) => candidate.id === id);
  if (!chat) return;
  const wasOpen = app.state.get().open === id;
  // Out of the list first: a second tap must not delete what the first one does.
  app.state.set({ chats: app.state.get().chats.filter((other) => other.id !== id) });
  // At once: whoever goes elsewhere while the rows are read must not be called back.
  if (wasOpen) await openChat(app, null, 'replace');
  const { messages: rows, drafts, files } = await app.store.removeChat(id);
  const messages = rows.map((row) => stoppedHere(app, row));
  app.tabs.tell({ type: 'chat', chat: id });
  const bringBack = async () => {
    await app.store.add('files', ...files);
    await app.store.add('messages', ...messages);
    await app.store.add('chats', chat);
    await app.store.add('drafts', ...drafts);
    const others = app.state.get().chats.filter((other) => other.id !== id);
    app.state.set({ chats: [...others, chat] });
    app.tabs.tell({ type: 'chat', chat: id });
    if (wasOpen) await openChat(app, id);
  };
  const { toast } = app.state.get();
  const before = toast?.deleted ?? [];
  const deleted = [...before, bringBack];
  const undo = async () => {
    app.state.set({ toast: null });
    for (const step of deleted) await step();
  };
  const text =
    deleted.length === 1
      ? translate(app, 'chatDeleted', { title: chat.title })
      : translate(app, 'chatsDeleted', { n: deleted.length });
  app.state.set({ toast: { text, undo, deleted } });
}

/** Stops an answer that this tab is receiving. What has come of it is further than its row. */
function stoppedHere(app: App, row: Message): Message {
  const live = app.live.get(row.id);
  if (!live) return row;
  live.stop();
  const { stream: _, ...kept } = row;
  const { text, reasoning } = live.get();
  return { ...kept, text, ...(reasoning && { reasoning }), state: 'stopped' };
}
