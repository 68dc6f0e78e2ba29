/** The same question to somebody else, in one choice; the settings stay as they are. */

import { useState } from 'preact/hooks';
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { Menu, type MenuAction } from '../app/menu.tsx';
import { numbersOf } from '../settings/registry.ts';
import { offeredModels } from './stamp.ts';
import { regenerate } from './turns.ts';
import type { Message } from './types.ts';

export function RegenerateWith({ message }: { readonly message: Message }) {
  const app = useApp();
  const t = useTranslate();
  const session = useSelect((state) => state.session);
  const models = useSelect((state) => state.models);
  const preferences = useSelect((state) => state.preferences);
  const [at, setAt] = useState<DOMRect | null>(null);
  const actions: readonly MenuAction[] = [
    [t('assistant'), () => void regenerate(app, message, { mode: 'assistant', model: ASSISTANT_MODEL })],
    ...offeredModels(session, models).served.map((model): MenuAction => {
      const stamp = { mode: 'openai' as const, model, ...numbersOf(preferences) };
      return [model, () => void regenerate(app, message, stamp)];
    }),
  ];
  return (
    <>
      <button
        type="button"
        class="quiet again"
        aria-haspopup="true"
        onClick={(event) => setAt(event.currentTarget.getBoundingClientRect())}
      >
        {t('againWith')}
      </button>
      {at && <Menu at={at} actions={actions} onClose={() => setAt(null)} />}
    </>
  );
}
