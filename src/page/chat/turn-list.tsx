/** The turns of the shown branch. With the Markdown renderer, this is the page's largest part: fetched when needed. */

import { useEffect } from 'preact/hooks';
import { useApp, useTranslate } from '../app/app-context.ts';
import { loadCopied } from '../app/load-copied.ts';
import { AnswerView } from './answer.tsx';
import { Question } from './question.tsx';
import { resend } from './turns.ts';
import type { Message } from './types.ts';

export function Turns({ path }: { readonly path: readonly Message[] }) {
  const app = useApp();
  const t = useTranslate();
  const last = path.at(-1);
  useEffect(() => void loadCopied().catch(() => {}), []);
  return (
    <>
      {path.map((message) =>
        message.role === 'user' ? (
          <Question key={message.id} message={message} />
        ) : (
          <AnswerView key={message.id} message={message} />
        ),
      )}
      {last?.role === 'user' && (
        <div class="ending">
          <span>{t('unanswered')}</span>
          <button type="button" onClick={() => resend(app, last)}>
            {t('resend')}
          </button>
        </div>
      )}
    </>
  );
}
