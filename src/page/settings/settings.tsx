/** The settings: who answers, looks and language, what lies on this device. Every change holds at once. */
import { useEffect, useRef } from 'preact/hooks';
import { choose } from '../app/app.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { Icon } from '../app/icon.tsx';
import { refreshModels, signOut } from '../login/access.ts';
import { DeviceSettings } from './settings-device.tsx';
import { KeySetting } from './settings-key.tsx';
import { ModelSetting } from './settings-model.tsx';
import { ChoiceSettings, NumberSettings } from './settings-rows.tsx';

export function SettingsDialog() {
  const app = useApp();
  const t = useTranslate();
  const focus = useSelect((state) => state.settings);
  const preferences = useSelect((state) => state.preferences);
  const session = useSelect((state) => state.session);
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    box.current?.showModal();
    if (focus && focus !== 'top') box.current?.querySelector<HTMLElement>(`#setting-${focus}`)?.focus();
    void refreshModels(app);
  }, []);
  const openai = preferences.mode === 'openai';
  return (
    <dialog
      class="settings"
      ref={box}
      aria-labelledby="settings-title"
      onClose={() => app.state.set({ settings: null })}
      closedby="any"
    >
      <div class="sheet">
        <header>
          <h2 id="settings-title">{t('settings')}</h2>
          <button type="button" class="quiet" aria-label={t('close')} onClick={() => box.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        <section>
          <h3>{t('whoAnswers')}</h3>
          <label class="check">
            <input
              type="checkbox"
              checked={openai}
              onChange={(event) =>
                choose(app, { mode: event.currentTarget.checked ? 'openai' : 'assistant' })
              }
            />
            <span>
              {t('useOpenAi')}
              <small>{t(openai ? 'useOpenAiOn' : 'useOpenAiOff')}</small>
            </span>
          </label>
          {openai && (
            <>
              <KeySetting />
              <ModelSetting />
              <NumberSettings />
            </>
          )}
        </section>
        <section>
          <h3>{t('looks')}</h3>
          <ChoiceSettings />
        </section>
        <DeviceSettings />
        <footer>
          {session?.authenticated && (
            <button type="button" onClick={() => signOut(app)}>
              {t('signOut')}
            </button>
          )}
          <small>NexCode {session?.version}</small>
        </footer>
      </div>
    </dialog>
  );
}
