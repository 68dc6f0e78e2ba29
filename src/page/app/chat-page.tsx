/** The whole page: conversations beside, the conversation in the middle, the settings at the top right. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Composer } from '../chat/composer.tsx';
import { Conversation } from '../chat/conversation.tsx';
import { chooseShown } from '../chat/setup-changes.ts';
import { shownChat } from '../chat/shown.ts';
import { useSetup } from '../chat/use-setup.ts';
import { ChatList } from '../chats/chat-list.tsx';
import { openChat } from '../chats/chats.ts';
import { type App, choose } from './app.ts';
import { useApp, useSelect, useTranslate } from './app-context.ts';
import { Icon } from './icon.tsx';
import { lazy } from './lazy.tsx';
import {
  loadModelPicker,
  loadPromptLibrary,
  loadSettings,
  loadSetupSheet,
  loadShortcutsSheet,
} from './load-tools.ts';
import { Announcer, Banners } from './notices.tsx';
import { ToastNotice } from './toast-notice.tsx';
import { useMedia } from './use-media.ts';

const SettingsDialog = lazy(loadSettings);
const SetupSheet = lazy(loadSetupSheet);
const ShortcutsSheet = lazy(loadShortcutsSheet);
const ModelPicker = lazy(loadModelPicker);
const PromptLibrary = lazy(loadPromptLibrary);

export function ChatPage() {
  const app = useApp();
  const t = useTranslate();
  const wide = useMedia('(min-width: 56rem)');
  const [drawer, setDrawer] = useState(false);
  const fresh = useSelect((state) => state.open === null);
  const title = useSelect((state) => shownChat(state)?.title);
  const settings = useSelect((state) => state.settings);
  const sheet = useSelect((state) => state.sheet);
  const searching = useSelect((state) => state.searching);
  const folded = useSelect((state) => state.preferences.folded);
  const beside = wide && !folded;
  const show = (shown: boolean) => (wide ? choose(app, { folded: !shown }) : setDrawer(shown));
  useEffect(() => {
    if (searching && !beside) show(true);
  }, [searching]);
  useEffect(() => {
    document.title = title ? `${title} · NexCode` : 'NexCode';
  }, [title]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('composer')?.focus()}>
        {t('skipToComposer')}
      </button>
      {beside ? (
        <nav class="side" aria-label={t('chats')}>
          <ChatList onDone={() => {}} />
        </nav>
      ) : (
        !wide && drawer && <Drawer close={() => setDrawer(false)} />
      )}
      <main>
        <header class="bar">
          <button
            type="button"
            class="quiet"
            aria-label={t('chats')}
            aria-expanded={beside || drawer}
            onClick={() => show(!beside)}
          >
            <Icon name="menu" />
          </button>
          <h1 dir="auto" title={title}>
            {title ?? t('newChat')}
          </h1>
          {fresh && (
            <button
              type="button"
              class="quiet"
              aria-label={t('temporaryChat')}
              title={t('temporaryChat')}
              onPointerEnter={loadTemporary}
              onClick={() => beginTemporary(app)}
            >
              <Icon name="hidden" />
            </button>
          )}
          {!beside && (
            <button type="button" class="quiet" aria-label={t('newChat')} onClick={() => openChat(app, null)}>
              <Icon name="plus" />
            </button>
          )}
          <button
            type="button"
            class="to-settings"
            aria-haspopup="dialog"
            onClick={() => app.state.set({ settings: 'top' })}
          >
            <Icon name="settings" />
            {t('settings')}
          </button>
        </header>
        <Banners />
        <Conversation />
        <Composer />
        {/* The prompts' sheet shows it itself: nothing behind it can be pressed. */}
        {sheet !== 'prompts' && <ToastNotice />}
      </main>
      {settings && <SettingsDialog />}
      {sheet === 'setup' && <SetupSheet />}
      {sheet === 'prompts' && <PromptLibrary />}
      {sheet === 'models' && <ShownPicker />}
      {sheet === 'shortcuts' && <ShortcutsSheet />}
      <Announcer />
    </>
  );
}

/** Where it cannot be fetched, the shown chat stays the one that would be stored. */
async function beginTemporary(app: App): Promise<void> {
  const module = await loadTemporary();
  await module?.startTemporaryChat(app);
}

function loadTemporary() {
  return import('../temporary/start-temporary.ts').catch(() => null);
}

/** Who answers in the shown conversation. */
function ShownPicker() {
  const app = useApp();
  const t = useTranslate();
  return (
    <ModelPicker
      title={t('chooseAnswerer')}
      current={useSetup()}
      onPick={({ mode, model }) => chooseShown(app, mode === 'openai' ? { mode, model } : { mode })}
      onClose={() => app.state.get().sheet === 'models' && app.state.set({ sheet: null })}
    />
  );
}

/** The conversations on a narrow screen. */
function Drawer({ close }: { readonly close: () => void }) {
  const t = useTranslate();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog class="drawer" ref={box} aria-label={t('chats')} onClose={close} closedby="any">
      <nav class="side" aria-label={t('chats')}>
        <button
          type="button"
          class="quiet close"
          aria-label={t('close')}
          onClick={() => box.current?.close()}
        >
          <Icon name="close" />
        </button>
        <ChatList onDone={() => box.current?.close()} />
      </nav>
    </dialog>
  );
}
