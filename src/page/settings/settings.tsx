/** The settings: who answers, looks and language, what lies on this device. Every change holds at once. */
import { useEffect } from 'preact/hooks';
import type { ParameterKey, RequestParameters } from '../api/parameters.ts';
import { choose } from '../app/app.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { Sheet } from '../app/sheet.tsx';
import { chooseAnswerer } from '../chat/setup-changes.ts';
import { useSetup } from '../chat/use-setup.ts';
import { refreshModels, signOut } from '../login/access.ts';
import { RoleField } from '../setup/role-field.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { DeviceSettings } from './settings-device.tsx';
import { KeySetting } from './settings-key.tsx';
import { ModelSetting } from './settings-model.tsx';
import { ChoiceSettings } from './settings-rows.tsx';

export function SettingsDialog() {
  const app = useApp();
  const t = useTranslate();
  const focus = useSelect((state) => state.settings);
  const session = useSelect((state) => state.session);
  const holder = useSelect((state) => state.holder);
  useEffect(() => {
    void refreshModels(app);
  }, []);
  const { role, parameters } = useSelect((state) => state.preferences);
  const setParameter = (key: ParameterKey, value: RequestParameters[ParameterKey]) => {
    const { [key]: _, ...others } = parameters;
    choose(app, { parameters: value === undefined ? others : { ...others, [key]: value } });
  };
  const openai = useSetup().mode === 'openai';
  return (
    <Sheet
      title={t('settings')}
      focus={focus && focus !== 'top' ? `#setting-${focus}` : undefined}
      onClose={() => app.state.set({ settings: null })}
    >
      <section>
        <h3>{t('whoAnswers')}</h3>
        <label class="check">
          <input
            type="checkbox"
            checked={openai}
            onChange={(event) =>
              chooseAnswerer(app, { mode: event.currentTarget.checked ? 'openai' : 'assistant' })
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
            <ParameterFields prefix="setting" values={parameters} set={setParameter} />
          </>
        )}
      </section>
      <section>
        <RoleField
          id="setting-role"
          value={role}
          help="defaultRoleHelp"
          change={(role) => choose(app, { role })}
        />
        <button type="button" onClick={() => app.state.set({ settings: null, sheet: 'prompts' })}>
          {t('managePrompts')}
        </button>
      </section>
      <section>
        <h3>{t('looks')}</h3>
        <ChoiceSettings />
        <button type="button" onClick={() => app.state.set({ settings: null, sheet: 'shortcuts' })}>
          {t('shortcuts')}
        </button>
      </section>
      <DeviceSettings />
      <footer>
        {session?.authenticated && (
          <span>
            {session.login === 'token' || session.login === ''
              ? t('signedInWithToken')
              : t('signedInWithKey', { name: holder?.name || session.login })}
          </span>
        )}
        {session?.authenticated && (
          <button type="button" onClick={() => signOut(app)}>
            {t('signOut')}
          </button>
        )}
        {session?.ledger && <a href="/usage">{t('toUsage')}</a>}
        <small>NexCode {session?.version}</small>
      </footer>
    </Sheet>
  );
}
