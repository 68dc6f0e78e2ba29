/** The same question to somebody else, in one choice; the conversation stays as it is set up. */

import { useState } from 'preact/hooks';
import { useApp, useTranslate } from '../app/app-context.ts';
import { lazy } from '../app/lazy.tsx';
import { loadModelPicker } from '../app/load-tools.ts';
import { stampFor } from './stamp.ts';
import { regenerate } from './turns.ts';
import type { Message } from './types.ts';
import { useSetup } from './use-setup.ts';

const ModelPicker = lazy(loadModelPicker);

export function RegenerateWith({ message }: { readonly message: Message }) {
  const app = useApp();
  const t = useTranslate();
  const [open, setOpen] = useState(false);
  const { parameters } = useSetup();
  return (
    <>
      <button type="button" class="quiet again" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t('againWith')}
      </button>
      {open && (
        <ModelPicker
          title={t('againWith')}
          current={message.stamp ?? null}
          onPick={(answerer) => void regenerate(app, message, stampFor({ ...answerer, parameters }))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
