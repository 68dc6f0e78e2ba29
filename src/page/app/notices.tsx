/** What the page has to say outside of a conversation: banners, the undo notice, the screen reader's line. */
import { useEffect, useState } from 'preact/hooks';
import { needsLogin } from '../chat/needs-login.ts';
import { goToLogin } from '../login/access.ts';
import { announce } from './app.ts';
import { useApp, useSelect, useTranslate } from './app-context.ts';
import { Icon } from './icon.tsx';
import { lazy } from './lazy.tsx';
import { loadKeyNotice } from './load-tools.ts';

const KeyNotice = lazy(loadKeyNotice);

/** How long a notice stands; as long as it is pointed at or holds the focus, it stays. */
const TOAST_MS = 10_000;

export function Banners() {
  const app = useApp();
  const t = useTranslate();
  const trouble = useSelect((state) => state.trouble);
  const online = useSelect((state) => state.online);
  const login = useSelect(needsLogin);
  const holder = useSelect((state) => state.holder);
  const exportAll = async () => (await import('../chats/download.ts')).downloadAll(app);
  return (
    <>
      {trouble && (
        <p class="banner" role="alert">
          <span>{t(trouble === 'full' ? 'storageFull' : 'storageBlocked')}</span>
          <button type="button" onClick={exportAll}>
            {t('exportAll')}
          </button>
        </p>
      )}
      {!online && (
        <p class="banner calm" role="status">
          {t('offline')}
        </p>
      )}
      {holder && <KeyNotice of={holder} />}
      {online && login && (
        <p class="banner calm" role="status">
          <span>{t('loginNeeded')}</span>
          <button type="button" onClick={goToLogin}>
            {t('signIn')}
          </button>
        </p>
      )}
    </>
  );
}

export function ToastNotice() {
  const app = useApp();
  const t = useTranslate();
  const toast = useSelect((state) => state.toast);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!toast) return;
    announce(app, toast.text);
    if (held) return;
    const timer = setTimeout(() => app.state.set({ toast: null }), TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast, held]);
  if (!toast) return null;
  return (
    <div
      class="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      {toast.undo && (
        <button type="button" onClick={toast.undo}>
          {t('undo')}
        </button>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={t('close')}
        onClick={() => app.state.set({ toast: null })}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

export function Announcer() {
  const announcement = useSelect((state) => state.announcement);
  return (
    <div class="hidden" role="status" aria-live="polite">
      {announcement}
    </div>
  );
}
