/** What the page has to say outside of a conversation: banners, the screen reader's line. */
import { needsLogin } from '../chat/needs-login.ts';
import { goToLogin } from '../login/access.ts';
import { useApp, useSelect, useTranslate } from './app-context.ts';
import { lazy } from './lazy.tsx';
import { loadKeyNotice } from './load-tools.ts';

const KeyNotice = lazy(loadKeyNotice);

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

export function Announcer() {
  const announcement = useSelect((state) => state.announcement);
  return (
    <div class="hidden" role="status" aria-live="polite">
      {announcement}
    </div>
  );
}
