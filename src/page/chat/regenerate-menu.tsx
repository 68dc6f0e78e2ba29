/** The models that can be asked the same question. */

import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { Menu, type MenuAction } from '../app/menu.tsx';
import { offeredModels } from './stamp.ts';
import { regenerate } from './turns.ts';
import type { Message } from './types.ts';
import { useSetup } from './use-setup.ts';

interface RegenerateMenuProps {
  readonly message: Message;
  /** Where the button is that opened it. */
  readonly at: DOMRect;
  close(): void;
}

export function RegenerateMenu({ message, at, close }: RegenerateMenuProps) {
  const app = useApp();
  const t = useTranslate();
  const session = useSelect((state) => state.session);
  const models = useSelect((state) => state.models);
  const { parameters } = useSetup();
  const actions: readonly MenuAction[] = [
    [t('assistant'), () => void regenerate(app, message, { mode: 'assistant', model: ASSISTANT_MODEL })],
    ...offeredModels(session, models).served.map((model): MenuAction => {
      const stamp = { mode: 'openai' as const, model, ...parameters };
      return [model, () => void regenerate(app, message, stamp)];
    }),
  ];
  return <Menu at={at} actions={actions} onClose={close} />;
}
