/** ‹ 1/2 › : which version of a question or an answer is shown. */

import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { Icon } from '../app/icon.tsx';
import { versions } from './tree.ts';
import { showVersion } from './turns.ts';
import type { Message } from './types.ts';

export function Versions({ message }: { readonly message: Message }) {
  const app = useApp();
  const t = useTranslate();
  const all = versions(
    useSelect((state) => state.messages),
    message,
  );
  if (all.length < 2) return null;
  const at = all.findIndex(({ id }) => id === message.id);
  const step = (by: number, name: 'left' | 'right', label: string) => {
    const target = all[at + by];
    return (
      <button
        type="button"
        class="quiet"
        disabled={!target}
        aria-label={label}
        onClick={() => target && showVersion(app, target)}
      >
        <Icon name={name} />
      </button>
    );
  };
  return (
    <span class="versions">
      {step(-1, 'left', t('earlierVersion'))}
      <span>
        {at + 1}/{all.length}
      </span>
      {step(1, 'right', t('laterVersion'))}
    </span>
  );
}
