/** Asking and answering: send, stop, ask again, edit into a branch, continue what was cut. */

import { type App, showMessage } from '../app/app.ts';
import type { Attachment } from '../attachments/attachment.ts';
import { nextUpdate, openChat, patchChat, reloadMessages } from '../chats/chats.ts';
import { draftKey, dropDraft, type Written } from './drafts.ts';
import { type ChatSetup, setupAtStart } from './setup.ts';
import { setNext, setupOfChat } from './setup-changes.ts';
import { shownChat } from './shown.ts';
import { stampFor } from './stamp.ts';
import { titleFrom } from './title.ts';
import { timeAfter, youngestLeaf } from './tree.ts';
import { type Chat, type Message, newId, type Stamp } from './types.ts';

/** What receives answers is fetched when somebody begins to write, not before. */
export async function loadReceiver() {
  return (await import('./receive.ts')).receive;
}

/** Where it cannot be fetched (no network before the first visit was complete), the row stays as it was: to be asked again. */
async function receive(app: App, row: Message): Promise<void> {
  const receiver = await loadReceiver().catch(() => null);
  await receiver?.(app, row);
}

/** Sends a question at the end of the shown branch, in a new chat where none is open. */
export async function send(app: App, text: string, attachments: readonly Attachment[] = []): Promise<void> {
  const state = app.state.get();
  const draft = draftKey(state.open);
  const chat = shownChat(state) ?? (await startChat(app, text.trim() ? text : (attachments[0]?.name ?? '')));
  // The end of a branch is known once its rows are read.
  if (app.state.get().loading) await reloadMessages(app);
  const { leaf } = app.state.get().chats.find(({ id }) => id === chat.id) ?? chat;
  await ask(app, chat.id, leaf, { text, attachments }, draft);
}

/** Asks the question again in other words: a new branch beside the old one. */
export async function editQuestion(app: App, question: Message, written: Written): Promise<void> {
  app.state.set({ editing: null });
  await ask(app, question.chat, question.parent, written, question.id);
}

/** Another answer to the same question, beside the old one. */
export async function regenerate(app: App, answer: Message, stamp?: Stamp): Promise<void> {
  if (answer.parent !== null) await answerTo(app, answer.chat, answer.parent, stamp);
}

/** A question that has no answer yet gets one. */
export async function resend(app: App, question: Message): Promise<void> {
  await answerTo(app, question.chat, question.id);
}

/** Goes on with a cut answer in its own row. */
export async function continueAnswer(app: App, cut: Message): Promise<void> {
  const { failure: _, ...answer } = cut;
  await once(cut.id, () => receive(app, { ...answer, state: 'writing' }));
}

/** Questions and answers of which an answer is under way, from the tap that asked for it on. */
const underWay = new Map<string, Promise<void>>();

/** A second tap on the same button asks nothing: what the first one began is what it waits for. */
function once(id: string, act: () => Promise<void>): Promise<void> {
  const begun = underWay.get(id) ?? act().finally(() => underWay.delete(id));
  underWay.set(id, begun);
  return begun;
}

/** Goes on with an answer that the server records, after a reload or beside another tab. */
export async function takeUp(app: App, row: Message): Promise<void> {
  if (!app.live.has(row.id)) await once(row.id, () => receive(app, row));
}

export function stop(app: App, answer: string): void {
  app.live.get(answer)?.stop();
}

/** Shows another version; the branch below it is the youngest. */
export async function showVersion(app: App, version: Message): Promise<void> {
  await patchChat(app, version.chat, { leaf: youngestLeaf(app.state.get().messages, version.id) });
}

/** @param setup what the new chat begins with; that of the chat that is yet to be, where it is left out */
export async function startChat(app: App, question: string, setup?: ChatSetup): Promise<Chat> {
  const { next, preferences } = app.state.get();
  const now = Date.now();
  const id = newId();
  const chat = {
    id,
    title: titleFrom(question),
    named: false,
    pinned: false,
    created: now,
    updated: nextUpdate(app),
    leaf: null,
    ...(setup ?? setupAtStart(next, preferences)),
  };
  app.state.set({ chats: [...app.state.get().chats, chat] });
  if (!setup) setNext(app, {});
  await app.store.put('chats', chat);
  app.tabs.tell({ type: 'chat', chat: id });
  await openChat(app, id);
  return chat;
}

/**
 * Adds a question below `parent` and has it answered. Until the answer begins, the question is the branch's end.
 * @param draft the draft that it was: it stays until the question is stored, so that no moment is without one of them
 */
export async function ask(
  app: App,
  chat: string,
  parent: string | null,
  { text, attachments }: Written,
  draft?: string,
): Promise<void> {
  const files = attachments.length > 0 && (await adopted(app, attachments, chat));
  const question: Message = {
    id: newId(),
    chat,
    parent,
    role: 'user',
    text,
    ...(files && { attachments: files }),
    at: nextTime(app),
    state: 'done',
  };
  showMessage(app, question);
  // Another tab may have deleted the chat, or the browser all that was stored: a question is never without its chat.
  const row = app.state.get().chats.find(({ id }) => id === chat);
  if (row) void app.store.add('chats', row);
  const stored = app.store.put('messages', question);
  if (draft !== undefined) void stored.then(() => dropDraft(app, draft, text));
  // An archived conversation that goes on is no longer put aside.
  void patchChat(app, chat, { leaf: question.id, updated: nextUpdate(app), archived: false });
  await answerTo(app, chat, question.id);
}

/** The files as the chat's own. */
export async function adopted(app: App, attachments: readonly Attachment[], chat: string) {
  return (await import('../attachments/sending.ts')).adoptFiles(app, attachments, chat);
}

/** Gets an answer to a question. One that is under way already is shown instead: each costs. */
async function answerTo(app: App, chat: string, question: string, stamp?: Stamp): Promise<void> {
  const { answering, messages } = app.state.get();
  const before = [...answering].map((id) => messages.get(id)).find((row) => row?.parent === question);
  if (before) return showVersion(app, before);
  await once(question, () =>
    receive(app, {
      id: newId(),
      chat,
      parent: question,
      role: 'assistant',
      text: '',
      at: nextTime(app),
      state: 'writing',
      stamp: stamp ?? stampFor(setupOfChat(app, chat)),
    }),
  );
}

/** When the next message of the shown chat is made. */
function nextTime(app: App): number {
  return timeAfter([...app.state.get().messages.values()].map(({ at }) => at));
}
