/** The turns of the shown branch. With the Markdown renderer, this is the page's largest part: fetched when needed. */

import { useEffect } from 'preact/hooks';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
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
  useSoughtWords(path);
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

/** A conversation that was found by its words is shown at them. */
function useSoughtWords(path: readonly Message[]): void {
  const sought = useSelect((state) => state.sought);
  const shown = path.some(({ id }) => id === sought?.message);
  useEffect(() => {
    if (!sought || !shown) return;
    let hide: (() => void) | undefined;
    let current = true;
    void import('./show-words.ts').then(({ showWords, hideWords }) => {
      const turn = current && document.getElementById(`turn-${sought.message}`);
      if (!turn) return;
      showWords(turn, sought.query);
      hide = hideWords;
    });
    return () => {
      current = false;
      hide?.();
    };
  }, [sought, shown]);
}
