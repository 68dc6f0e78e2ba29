/** The list of conversations and the shown one. */

import { type App, translate } from '../app/app.ts';
import { fallbackLeaf, timeAfter, youngestLeaf } from '../chat/tree.ts';
import { type Chat, isTemporary, type Message, withThinkingFolded } from '../chat/types.ts';

/** The address of a chat within the page. */
export function chatAddress(id: string | null): string {
  return id ? `/#/c/${id}` : '/';
}

/** The chat that an address names. */
export function addressedChat(hash: string): string | null {
  return /^#\/c\/([\w-]+)$/.exec(hash)?.[1] ?? null;
}

/**
 * Shows a chat, or an empty one; the address follows. An unknown chat is the empty one, and said to be on no other device.
 * @param how `replace` where the address stood for what is gone: Back must not lead there again
 */
export async function openChat(app: App, id: string | null, how: 'push' | 'replace' = 'push'): Promise<void> {
  const known = app.state.get().chats.some((chat) => chat.id === id) ? id : null;
  if (location.pathname + location.hash !== chatAddress(known)) {
    if (known === null && (id !== null || how === 'replace'))
      history.replaceState(null, '', chatAddress(null));
    else history.pushState(null, '', chatAddress(known));
  }
  if (id !== known) {
    app.state.set({ toast: { text: translate(app, isTemporary(id) ? 'temporaryGone' : 'chatUnknown') } });
  }
  app.state.set({ open: known, messages: new Map(), loading: known !== null, editing: null, sought: null });
  await reloadMessages(app);
}

/** Reads the shown chat's rows again. What this tab is receiving is newer than its rows. */
export async function reloadMessages(app: App): Promise<void> {
  const { open, messages: before } = app.state.get();
  if (open === null) return;
  const [rows, held] = await Promise.all([app.store.ofChat(open), app.tabs.held()]);
  const now = app.state.get();
  if (now.open !== open) return;
  // Something was said meanwhile: it is on its way to the rows, and may not be among those that were read.
  if (now.messages !== before) return reloadMessages(app);
  const messages = new Map<string, Message>();
  for (const row of rows) {
    const found: Message = abandoned(row, held, app) ? { ...row, state: 'interrupted' } : row;
    messages.set(row.id, withThinkingFolded(found));
    if (found.state === 'writing' && !row.stream && !app.live.has(row.id)) void awaitEnd(app, row.id);
  }
  app.state.set({ messages, loading: false });
  const chat = now.chats.find(({ id }) => id === open);
  if (!chat) return;
  // What was written last is shown, though the note of that may have been lost with a page that went away.
  const leaf =
    chat.leaf !== null && messages.has(chat.leaf)
      ? youngestLeaf(messages, chat.leaf)
      : fallbackLeaf(messages);
  if (leaf !== chat.leaf) await patchChat(app, open, { leaf });
}

/** The answers that another tab was seen to receive. */
const awaited = new Set<string>();

/** A tab that goes away in the middle of an answer tells nobody: then what it left is taken over, and read. */
async function awaitEnd(app: App, answer: string): Promise<void> {
  if (awaited.has(answer)) return;
  awaited.add(answer);
  await app.tabs.released(answer);
  awaited.delete(answer);
  await takeOver(app);
  await reloadMessages(app);
}

/** Takes over what pages left behind, and tells the other tabs of it. */
export async function takeOver(app: App): Promise<void> {
  for (const chat of await app.store.recover()) app.tabs.tell({ type: 'chat', chat });
}

/** An answer that no tab is receiving and none can take up: its page was closed, reloaded or crashed. */
function abandoned(row: Message, held: ReadonlySet<string>, app: App): boolean {
  return row.state === 'writing' && !row.stream && !held.has(row.id) && !app.live.has(row.id);
}

/** The time of a change that puts its chat first among those that are not pinned. */
export function nextUpdate(app: App): number {
  return timeAfter(app.state.get().chats.map(({ updated }) => updated));
}

export async function patchChat(app: App, id: string, patch: Partial<Chat>): Promise<void> {
  const chats = app.state.get().chats.map((chat) => (chat.id === id ? { ...chat, ...patch } : chat));
  app.state.set({ chats });
  await app.store.patchChat(id, patch);
  app.tabs.tell({ type: 'chat', chat: id });
}

/** Another tab changed a chat: take its list entry, and its messages where they are shown. */
export async function refreshChat(app: App, id: string): Promise<void> {
  const chat = await app.store.get('chats', id);
  const others = app.state.get().chats.filter((other) => other.id !== id);
  app.state.set({ chats: chat ? [...others, chat] : others });
  if (app.state.get().open !== id) return;
  if (chat) await reloadMessages(app);
  else await openChat(app, null, 'replace');
}

/** Takes the list and the shown messages as they are stored now. */
export async function refreshAll(app: App): Promise<void> {
  app.state.set({ chats: await app.store.all('chats') });
  await reloadMessages(app);
}
