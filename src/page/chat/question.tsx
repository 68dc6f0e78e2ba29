/** What the reader said: plain text, never Markdown. Editing happens in the composer and makes a branch. */

import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { CopyButton } from '../app/copy-button.tsx';
import { Icon } from '../app/icon.tsx';
import type { Message } from './types.ts';
import { Versions } from './versions.tsx';

export function Question({ message }: { readonly message: Message }) {
  const app = useApp();
  const t = useTranslate();
  const editing = useSelect((state) => state.editing === message.id);
  return (
    <article
      id={`turn-${message.id}`}
      class={`turn question${editing ? ' edited' : ''}`}
      aria-label={t('youSaid')}
    >
      <p class="said" dir="auto">
        {message.text}
      </p>
      <div class="tools">
        <Versions message={message} />
        <CopyButton text={message.text} label={t('copyMessage')} />
        <button
          type="button"
          class="quiet"
          aria-label={t('edit')}
          title={t('edit')}
          onClick={() => app.state.set({ editing: message.id })}
        >
          <Icon name="edit" />
        </button>
      </div>
    </article>
  );
}
