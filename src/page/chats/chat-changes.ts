/** What a reader does to a conversation in the list: name it, delete it, bring it back. */
import { type App, translate } from '../app/app.ts';
import { openChat, patchChat } from './chats.ts';

export async function renameChat(app: App, id: string, title: string): Promise<void> {
  const trimmed = title.trim();
  if (trimmed) await patchChat(app, id, { title: trimmed, named: true });
}

/** Deletes at once, and can bring everything back while the notice stands. */
export async function deleteChat(app: App, id: string): Promise<void> {
  const chat = app.state.get().chats.find((candidate) => candidate.id === id);
  if (!chat) return;
  const [messages, draft] = await Promise.all([app.store.ofChat(id), app.store.get('drafts', id)]);
  for (const message of messages) app.live.get(message.id)?.stop();
  const wasOpen = app.state.get().open === id;
  app.state.set({ chats: app.state.get().chats.filter((other) => other.id !== id) });
  if (wasOpen) await openChat(app, null);
  await app.store.removeChat(id);
  app.tabs.tell({ type: 'chat', chat: id });
  const undo = async () => {
    app.state.set({ toast: null });
    await app.store.put('messages', ...messages);
    await app.store.put('chats', chat);
    if (draft) await app.store.put('drafts', draft);
    app.state.set({ chats: [...app.state.get().chats, chat] });
    app.tabs.tell({ type: 'chat', chat: id });
    if (wasOpen) await openChat(app, id);
  };
  app.state.set({ toast: { text: translate(app, 'chatDeleted', { title: chat.title }), undo } });
}
