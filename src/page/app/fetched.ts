/** The parts of the page that are fetched when they are needed, each a chunk of its own. */

import { loadReceiver } from '../chat/turns.ts';
import type { App } from './app.ts';
import { loadFailureCard } from './load-failure-card.ts';
import { loadLaterStyle } from './load-style.ts';

/** What shows turns, the Markdown renderer with it: the page's largest part. */
export async function loadTurns() {
  return (await import('../chat/turn-list.tsx')).Turns;
}

export async function loadChatMenu() {
  return (await import('../chats/chat-menu.tsx')).ChatMenu;
}

export async function loadRename() {
  return (await import('../chats/chat-menu.tsx')).Rename;
}

export async function loadLogin() {
  const [{ LoginPage }] = await Promise.all([import('../login/login-page.tsx'), loadLaterStyle()]);
  return LoginPage;
}

/**
 * While the reader begins to write, fetches all that an answer will need: the card for a failing network among it,
 * which that network would not bring. What cannot be fetched now is tried again when it is needed.
 */
export async function prepareForAnswer(app: App): Promise<void> {
  await Promise.allSettled([loadTurns(), loadReceiver(), loadFailureCard(app)]);
}
