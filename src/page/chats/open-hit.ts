/** Opening a conversation at the words that were sought in it. */
import type { App } from '../app/app.ts';
import { branch, youngestLeaf } from '../chat/tree.ts';
import { openChat, patchChat } from './chats.ts';

/** Shows the version that holds the words, and the words. */
export async function openHit(app: App, chat: string, message: string | null, query: string): Promise<void> {
  await openChat(app, chat);
  const { open, messages, chats } = app.state.get();
  if (message === null || open !== chat || !messages.has(message)) return;
  const leaf = chats.find(({ id }) => id === chat)?.leaf ?? null;
  if (!branch(messages, leaf).some(({ id }) => id === message)) {
    await patchChat(app, chat, { leaf: youngestLeaf(messages, message) });
  }
  app.state.set({ sought: { message, query } });
}
