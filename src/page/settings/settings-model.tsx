/** Which model: the server's own, what it lists, the retired classics, or any name one types. */
import { useState } from 'preact/hooks';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { chooseAnswerer } from '../chat/setup-changes.ts';
import { useSetup } from '../chat/use-setup.ts';
import { canChat } from '../models/abilities.ts';
import { offeredModels } from './listed-models.ts';

/** No model can be called this. */
const OTHER = '\n';

export function ModelSetting() {
  const app = useApp();
  const t = useTranslate();
  const session = useSelect((state) => state.session);
  const models = useSelect((state) => state.models);
  const { model } = useSetup();
  const { served, retired } = offeredModels(session, models.filter(canChat));
  const listed = served.includes(model) || retired.includes(model);
  const [typing, setTyping] = useState(!listed);
  const chosen = (value: string) => {
    setTyping(value === OTHER);
    // The server's own stays the server's own, also when the operator changes it.
    if (value !== OTHER) chooseAnswerer(app, { model: value === session?.defaultModel ? '' : value });
  };
  return (
    <div class="field">
      <label for="setting-model">{t('model')}</label>
      <select
        id="setting-model"
        value={typing || !listed ? OTHER : model}
        onChange={(event) => chosen(event.currentTarget.value)}
      >
        {served.map((name) => (
          <option key={name} value={name}>
            {name === session?.defaultModel ? t('serverDefault', { model: name }) : name}
          </option>
        ))}
        {retired.length > 0 && (
          <optgroup label={t('retiredByOpenAi')}>
            {retired.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
        <option value={OTHER}>{t('otherModel')}</option>
      </select>
      {(typing || !listed) && (
        <input
          aria-label={t('modelName')}
          placeholder={t('modelName')}
          spellcheck={false}
          autocapitalize="off"
          value={listed ? '' : model}
          onChange={(event) =>
            event.currentTarget.value.trim() &&
            chooseAnswerer(app, { model: event.currentTarget.value.trim() })
          }
        />
      )}
    </div>
  );
}
