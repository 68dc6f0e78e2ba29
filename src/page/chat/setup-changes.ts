/** Choosing how a conversation is set up: the shown one, the one that is yet to be, or all from now on. */

import { parse, record, text } from '../api/json.ts';
import { readChoices } from '../api/parameters.ts';
import { type App, choose } from '../app/app.ts';
import { patchChat } from '../chats/chats.ts';
import { readStorage, writeStorage } from '../storage/browser.ts';
import { type ChatSetup, type Setup, setupOf } from './setup.ts';
import type { Mode } from './types.ts';

/** Where the choices for the chat that is yet to be outlast a reload of their tab. */
const NEXT = 'nexcode.next';

export function readNextSetup(): ChatSetup {
  const fields = record(parse(readStorage('sessionStorage', NEXT) ?? ''));
  const { mode } = fields;
  return {
    ...((mode === 'assistant' || mode === 'openai') && { mode }),
    ...('model' in fields && { model: text(fields['model']) }),
    ...('role' in fields && { role: text(fields['role']) }),
    ...('parameters' in fields && { parameters: readChoices(fields['parameters']) }),
  };
}

export function setNext(app: App, next: ChatSetup): void {
  app.state.set({ next });
  writeStorage('sessionStorage', NEXT, Object.keys(next).length > 0 ? JSON.stringify(next) : null);
}

export function setupOfChat(app: App, id: string): Setup {
  const { chats, preferences, session } = app.state.get();
  return setupOf(chats.find((chat) => chat.id === id) ?? {}, true, preferences, session);
}

/** Role and parameters of the shown conversation alone. */
export function changeShown(app: App, change: Pick<ChatSetup, 'role' | 'parameters'>): void {
  const { open, next } = app.state.get();
  if (open === null) setNext(app, { ...next, ...change });
  else void patchChat(app, open, change);
}

/** Who answers in the shown conversation. The one that is yet to be passes its choice on to those after it. */
export function chooseShown(app: App, change: { readonly mode: Mode; readonly model?: string }): void {
  const { open } = app.state.get();
  if (open === null) chooseForNext(app, change);
  else void patchChat(app, open, change);
}

/** Who answers from now on: in the shown conversation and in new ones. */
export function chooseAnswerer(app: App, change: { readonly mode?: Mode; readonly model?: string }): void {
  chooseForNext(app, change);
  const { open } = app.state.get();
  if (open !== null) void patchChat(app, open, change);
}

/** Who answers in new conversations: what an address chose for the next one no longer counts. */
function chooseForNext(app: App, change: { readonly mode?: Mode; readonly model?: string }): void {
  choose(app, change);
  const { mode, model: _, ...next } = app.state.get().next;
  if (mode) setNext(app, next);
}
