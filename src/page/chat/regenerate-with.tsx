/** The same question to somebody else, in one choice; the settings stay as they are. */

import { useState } from 'preact/hooks';
import { useTranslate } from '../app/app-context.ts';
import { lazy } from '../app/lazy.tsx';
import type { Message } from './types.ts';

const RegenerateMenu = lazy(async () => (await import('./regenerate-menu.tsx')).RegenerateMenu);

export function RegenerateWith({ message }: { readonly message: Message }) {
  const t = useTranslate();
  const [at, setAt] = useState<DOMRect | null>(null);
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
      {at && <RegenerateMenu message={message} at={at} close={() => setAt(null)} />}
    </>
  );
}
