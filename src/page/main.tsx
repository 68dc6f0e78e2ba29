/** The page's start: read what is stored, choose a language, show the page, ask the server. */
import { render } from 'preact';
import type { App, State } from './app/app.ts';
import { AppProvider } from './app/app-context.ts';
import { ChatPage } from './app/chat-page.tsx';
import { loadLogin } from './app/fetched.ts';
import { guardInputMethod } from './app/ime.ts';
import { loadLanguage } from './app/language.ts';
import { lazy } from './app/lazy.tsx';
import { observable } from './app/observable.ts';
import { restoreCaretAfterDialogs } from './app/restore-caret.ts';
import { ANSWER_ADDRESS } from './chat/answer-link.ts';
import { needsLogin } from './chat/needs-login.ts';
import { readNextSetup } from './chat/setup-changes.ts';
import { addressedChat, openChat, refreshAll, refreshChat, takeOver } from './chats/chats.ts';
import { chooseLocale } from './i18n/locale.ts';
import { loadWords, type WordSet } from './i18n/translate.ts';
import { refreshModels, refreshSession, showLoginOnce } from './login/access.ts';
import { isHolder } from './login/session.ts';
import { reload } from './settings/clear.ts';
import { readKey } from './settings/key.ts';
import { PREFERENCES_KEY, readPreferences } from './settings/registry.ts';
import { readStorage } from './storage/browser.ts';
import { watchLeaving } from './storage/rescue.ts';
import { openRows } from './storage/rows.ts';
import { store, type Trouble } from './storage/store.ts';
import { openTabs } from './storage/tabs.ts';

const LoginPage = lazy(loadLogin);

async function start(root: HTMLElement): Promise<void> {
  const preferences = readPreferences(readStorage('localStorage', PREFERENCES_KEY));
  const locale = chooseLocale(preferences.language, navigator.languages);
  const login = /^\/login(?:\.html)?\/?$/.test(location.pathname);
  const words = new Set<WordSet>(login ? ['more', 'signIn'] : []);
  const [t, rows] = await Promise.all([loadWords(locale, words), openRows().catch(() => null)]);
  const state = observable<State>({
    locale,
    t,
    words,
    session: null,
    holder: null,
    models: [],
    preferences,
    key: readKey(),
    chats: [],
    open: null,
    next: readNextSetup(),
    messages: new Map(),
    loading: false,
    answering: new Set(),
    editing: null,
    sought: null,
    settings: null,
    sheet: null,
    searching: false,
    trouble: null,
    online: navigator.onLine,
    toast: null,
    announcement: '',
  });
  const said = (trouble: Trouble | null) => {
    state.set({ trouble });
    // What could not be read may be by now.
    if (!trouble) void refreshAll(app);
  };
  const app: App = {
    state,
    store: store(rows, (trouble) => said(trouble), watchLeaving()),
    tabs: openTabs((news) => {
      if (news.type === 'chat') return void refreshChat(app, news.chat);
      app.store.close();
      reload();
    }),
    live: new Map(),
  };
  guardInputMethod(document);
  restoreCaretAfterDialogs();
  followEnvironment(app);
  if (!login) {
    await takeOver(app);
    state.set({ chats: await app.store.all('chats') });
    if (location.search) {
      // Where it cannot be fetched, the page opens without what the address brings.
      await import('./chat/from-address.ts')
        .then(({ fillFromAddress }) => fillFromAddress(app))
        .catch(() => {});
    }
    await openChat(app, await addressed(app));
  }
  render(<AppProvider value={app}>{login ? <LoginPage /> : <ChatPage />}</AppProvider>, root);
  if (!login) void import('./shortcuts/listen.ts').then(({ listenToShortcuts }) => listenToShortcuts(app));
  await refreshSession(app);
  if (!login) {
    if (isHolder(state.get().session))
      void import('./login/follow-key.ts').then(({ followKey }) => followKey(app));
    // Nothing can be asked without it.
    if (needsLogin(state.get())) showLoginOnce();
    else await refreshModels(app);
  }
  (await import('./offline/register.ts')).registerOffline();
}

/** The chat that the address names. An answer that another device has asked for gets one of its own. */
async function addressed(app: App): Promise<string | null> {
  const { hash } = location;
  if (!hash.startsWith(ANSWER_ADDRESS)) return addressedChat(hash);
  const { chatOfLink } = await import('./chat/from-elsewhere.ts');
  return chatOfLink(app, hash);
}

/** Language, looks, connection and address, as they change while the page is open. */
function followEnvironment(app: App): void {
  const { state } = app;
  const online = () => {
    state.set({ online: navigator.onLine });
    if (navigator.onLine && !state.get().session) void refreshSession(app);
  };
  addEventListener('online', online);
  addEventListener('offline', online);
  addEventListener('popstate', () => void addressed(app).then((chat) => openChat(app, chat)));
  addEventListener('storage', (event) => {
    if (event.key === PREFERENCES_KEY) state.set({ preferences: readPreferences(event.newValue) });
  });
  let shown = state.get().preferences;
  const apply = () => {
    document.documentElement.dataset['theme'] = state.get().preferences.theme;
    void loadLanguage(app);
  };
  apply();
  state.watch(() => {
    if (state.get().preferences === shown) return;
    shown = state.get().preferences;
    apply();
  });
  addEventListener('languagechange', () => void loadLanguage(app));
}

const root = document.getElementById('app');
if (root) void start(root);
