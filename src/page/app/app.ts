/** The page's state, and what its actions work with. Actions live beside this file, views only call them. */

import type { LiveAnswer } from '../chat/live.ts';
import type { ChatSetup } from '../chat/setup.ts';
import type { Messages } from '../chat/tree.ts';
import type { Chat, Message } from '../chat/types.ts';
import type { Locale } from '../i18n/locale.ts';
import type { MessageKey, Translate, WordSet } from '../i18n/translate.ts';
import type { Session } from '../login/session.ts';
import type { ListedModel } from '../models/model.ts';
import { type KeptKey, writeKey } from '../settings/key.ts';
import { PREFERENCES_KEY, type Preferences } from '../settings/registry.ts';
import { writeStorage } from '../storage/browser.ts';
import type { Store, Trouble } from '../storage/store.ts';
import type { Tabs } from '../storage/tabs.ts';
import type { Key } from '../usage/report.ts';
import type { Observable } from './observable.ts';

export interface State {
  readonly locale: Locale;
  readonly t: Translate;
  /** The sets of words that are loaded beside those of the chat. */
  readonly words: ReadonlySet<WordSet>;
  /** Null until the server has been asked, or while it cannot be reached. */
  readonly session: Session | null;
  /** The issued key that is signed in, as it stood after the last answer; null for none. */
  readonly holder: Key | null;
  readonly models: readonly ListedModel[];
  readonly preferences: Preferences;
  readonly key: KeptKey;
  readonly chats: readonly Chat[];
  /** The shown chat; null is a chat that is yet to be. */
  readonly open: string | null;
  /** What the chat that is yet to be has chosen for itself. */
  readonly next: ChatSetup;
  readonly messages: Messages;
  /** The messages of `open` are being read. */
  readonly loading: boolean;
  /** Answers that are being received in this tab. */
  readonly answering: ReadonlySet<string>;
  /** The question that is being edited. */
  readonly editing: string | null;
  /** The words that the open chat was found by, and the message that holds them. */
  readonly sought: { readonly message: string; readonly query: string } | null;
  readonly settings: SettingsFocus | null;
  /** The sheet that is open beside the settings. */
  readonly sheet: 'setup' | 'prompts' | 'models' | 'shortcuts' | null;
  /** The search was called for, and has not the focus yet. */
  readonly searching: boolean;
  readonly trouble: Trouble | null;
  readonly online: boolean;
  readonly toast: Toast | null;
  /** What a screen reader is told, politely. */
  readonly announcement: string;
}

/** The settings are open, with this part in focus. */
export type SettingsFocus = 'top' | 'key' | 'model';

export interface Toast {
  readonly text: string;
  readonly undo?: () => void;
  /** What brings back each conversation that the notice tells of. */
  readonly deleted?: readonly (() => Promise<void>)[];
}

export interface App {
  readonly state: Observable<State>;
  /** Replaced once, by one that has temporary conversations too. */
  store: Store;
  readonly tabs: Tabs;
  readonly live: Map<string, LiveAnswer>;
}

export function choose(app: App, change: Partial<Preferences>): void {
  const preferences = { ...app.state.get().preferences, ...change };
  app.state.set({ preferences });
  writeStorage('localStorage', PREFERENCES_KEY, JSON.stringify(preferences));
}

export function keepKey(app: App, key: KeptKey): void {
  // The listed models are those that the key before could see.
  const isOther = key.value !== app.state.get().key.value;
  app.state.set(isOther ? { key, models: [] } : { key });
  writeKey(key);
}

export function announce(app: App, text: string): void {
  app.state.set({ announcement: text });
}

export function translate(app: App, key: MessageKey, values?: Record<string, string | number>): string {
  return app.state.get().t(key, values);
}

/** Adds or replaces a message of the shown chat; rows of other chats are only stored. */
export function showMessage(app: App, message: Message): void {
  if (message.chat !== app.state.get().open) return;
  app.state.set({ messages: new Map(app.state.get().messages).set(message.id, message) });
}
