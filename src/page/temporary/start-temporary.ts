/** Beginning a conversation of which nothing is stored. */
import { type App, translate } from '../app/app.ts';
import { NOTHING_WRITTEN, readDraft, writeDraft } from '../chat/drafts.ts';
import { type ChatSetup, setupAtStart } from '../chat/setup.ts';
import { setNext } from '../chat/setup-changes.ts';
import { adopted } from '../chat/turns.ts';
import { type Chat, newId, TEMPORARY } from '../chat/types.ts';
import { nextUpdate, openChat } from '../chats/chats.ts';
import type { Store } from '../storage/store.ts';
import { withTemporary } from './temporary-store.ts';

/** The stores that have temporary conversations already: a page has one. */
const extended = new WeakSet<Store>();

/**
 * Opens an empty temporary chat. Its name is not the question's: the browser keeps the titles of pages in its history.
 * @param setup what it begins with; that of the chat that is yet to be, where it is left out
 */
export async function startTemporaryChat(app: App, setup?: ChatSetup): Promise<Chat> {
  if (!extended.has(app.store)) {
    app.store = withTemporary(app.store);
    extended.add(app.store);
  }
  const { next, preferences } = app.state.get();
  const chat: Chat = {
    id: TEMPORARY + newId(),
    title: translate(app, 'temporaryChat'),
    named: true,
    pinned: false,
    created: Date.now(),
    updated: nextUpdate(app),
    leaf: null,
    ...(setup ?? setupAtStart(next, preferences)),
  };
  app.state.set({ chats: [...app.state.get().chats, chat] });
  await app.store.put('chats', chat);
  if (!setup) {
    setNext(app, {});
    await moveDraft(app, chat.id);
  }
  await openChat(app, chat.id);
  return chat;
}

/** What was being written goes along, and is stored no longer. */
async function moveDraft(app: App, chat: string): Promise<void> {
  const { text, attachments } = await readDraft(app, '');
  const files = attachments.length > 0 ? await adopted(app, attachments, chat) : [];
  writeDraft(app, chat, { text, attachments: files });
  writeDraft(app, '', NOTHING_WRITTEN);
}
