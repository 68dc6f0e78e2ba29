/** What a reader does to a conversation in the list: name it, delete it, bring it back. */
import { type App, translate } from '../app/app.ts';
import { openChat, patchChat } from './chats.ts';

export async function renameChat(app: App, id: string, title: string): Promise<void> {
  const trimmed = title.trim();
  if (trimmed) await patchChat(app, id, { title: trimmed, named: true });
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
  const messages = await app.store.ofChat(id);
  const drafts = (
    await Promise.all(
      [id, ...messages.map((message) => message.id)].map((key) => app.store.get('drafts', key)),
    )
  ).filter((draft) => draft !== undefined);
  const files = (
    await Promise.all(
      messages.flatMap(({ attachments = [] }) => attachments.map((each) => app.store.get('files', each.id))),
    )
  ).filter((file) => file !== undefined);
  for (const message of messages) app.live.get(message.id)?.stop();
  await app.store.removeChat(id);
  app.tabs.tell({ type: 'chat', chat: id });
  const bringBack = async () => {
    await app.store.put('files', ...files);
    await app.store.put('messages', ...messages);
    await app.store.put('chats', chat);
    await app.store.put('drafts', ...drafts);
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
