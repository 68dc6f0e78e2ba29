/** The same question to somebody else, in one choice; the settings stay as they are. */

import { ASSISTANT_MODEL } from '../api/request.ts';
import type { Message, Stamp } from '../conversation/types.ts';
import { offeredModels } from '../state/models.ts';
import { regenerate } from '../state/turns.ts';
import { useApp, useSelect, useTranslate } from './app-context.ts';

export function AgainWith({ message }: { readonly message: Message }) {
  const app = useApp();
  const t = useTranslate();
  const session = useSelect((state) => state.session);
  const models = useSelect((state) => state.models);
  const temperature = useSelect((state) => state.preferences.temperature);
  const ask = (model: string) => {
    const stamp: Stamp =
      model === ASSISTANT_MODEL
        ? { mode: 'assistant', model }
        : { mode: 'openai', model, ...(temperature !== null && { temperature }) };
    void regenerate(app, message, stamp);
  };
  const { served } = offeredModels(session, models);
  return (
    <select
      class="again"
      aria-label={t('againWith')}
      title={t('againWith')}
      value=""
      onChange={(event) => {
        const { value } = event.currentTarget;
        event.currentTarget.value = '';
        if (value) ask(value);
      }}
    >
      <option value="">{t('againWith')}</option>
      <option value={ASSISTANT_MODEL}>{t('assistant')}</option>
      {served.map((model) => (
        <option key={model} value={model}>
          {model}
        </option>
      ))}
    </select>
  );
}
