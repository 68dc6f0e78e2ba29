/** How the shown conversation is set up: its role and its parameters. Every change holds from the next message on. */

import type { ParameterKey, RequestParameters } from '../api/parameters.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { Sheet } from '../app/sheet.tsx';
import { changeShown } from '../chat/setup-changes.ts';
import { shownChoices } from '../chat/shown.ts';
import { useSetup } from '../chat/use-setup.ts';
import { ParameterFields } from '../settings/parameter-fields.tsx';
import { RoleField } from './role-field.tsx';

export function SetupSheet() {
  const app = useApp();
  const t = useTranslate();
  const { mode, role, parameters } = useSetup();
  const standard = useSelect((state) => state.preferences);
  const { parameters: own = {} } = useSelect(shownChoices);
  const set = (key: ParameterKey, value: RequestParameters[ParameterKey]) => {
    const { [key]: _, ...others } = own;
    // Without a value of its own the conversation would follow the settings again.
    const left = standard.parameters[key] === undefined ? {} : { [key]: null };
    changeShown(app, { parameters: { ...others, ...(value === undefined ? left : { [key]: value }) } });
  };
  return (
    <Sheet
      title={t('thisConversation')}
      focus="#setup-role"
      class="setup"
      onClose={() => app.state.set({ sheet: null })}
    >
      <section>
        <RoleField
          id="setup-role"
          value={role}
          help="roleHelp"
          change={(role) => changeShown(app, { role })}
        />
        <button type="button" onClick={() => app.state.set({ sheet: 'prompts' })}>
          {t('managePrompts')}
        </button>
      </section>
      <section>
        <h3>{t('parameters')}</h3>
        {mode === 'assistant' ? (
          <p class="help">{t('parametersNotHere')}</p>
        ) : (
          <>
            <p class="help">{t('parametersHelp')}</p>
            <ParameterFields prefix="setup" values={parameters} set={set} />
            {Object.keys(own).length > 0 && (
              <button type="button" onClick={() => changeShown(app, { parameters: {} })}>
                {t('followSettings')}
              </button>
            )}
          </>
        )}
      </section>
    </Sheet>
  );
}
