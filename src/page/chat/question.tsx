/** What the reader said: plain text, never Markdown. Editing happens in the composer and makes a branch. */

import { useState } from 'preact/hooks';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { CopyButton } from '../app/copy-button.tsx';
import { Icon } from '../app/icon.tsx';
import { lazy } from '../app/lazy.tsx';
import { loadFilesView } from '../app/load-tools.ts';
import { Moment } from './moment.tsx';
import type { Message } from './types.ts';
import { Versions } from './versions.tsx';

const FilesView = lazy(loadFilesView);

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
      <div class="asked">
        {message.attachments && <FilesView attachments={message.attachments} />}
        {message.text && <Said text={message.text} />}
      </div>
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
        <Moment at={message.at} />
      </div>
    </article>
  );
}

/** A question that is longer than this is folded. */
const LONG_CHARACTERS = 1500;
const LONG_LINES = 20;

function Said({ text }: { readonly text: string }) {
  const t = useTranslate();
  const isLong = text.length > LONG_CHARACTERS || text.split('\n', LONG_LINES + 1).length > LONG_LINES;
  const [folded, setFolded] = useState(isLong);
  return (
    <>
      <p class={folded ? 'said folded' : 'said'} dir="auto">
        {text}
      </p>
      {isLong && (
        <button type="button" class="quiet unfold" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          {t(folded ? 'showAll' : 'showLess')}
        </button>
      )}
    </>
  );
}
