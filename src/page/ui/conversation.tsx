/** The shown branch from first to last, in a scroller that follows a growing answer while the reader lets it. */
import { useMemo, useRef } from 'preact/hooks';
import { branch } from '../conversation/tree.ts';
import { useFollow } from '../scroll/follow.ts';
import { resend } from '../state/turns.ts';
import { AnswerView } from './answer.tsx';
import { useApp, useSelect, useTranslate } from './app-context.ts';
import { Icon } from './icon.tsx';
import { Question } from './question.tsx';
import { Welcome } from './welcome.tsx';

export function Conversation() {
  const app = useApp();
  const t = useTranslate();
  const open = useSelect((state) => state.open);
  const messages = useSelect((state) => state.messages);
  const loading = useSelect((state) => state.loading);
  const leaf = useSelect((state) => state.chats.find(({ id }) => id === open)?.leaf ?? null);
  const path = useMemo(() => branch(messages, leaf), [messages, leaf]);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const questions = path.filter(({ role }) => role === 'user').length;
  const { away, toBottom } = useFollow(scroller, content, `${open}/${questions}`);
  const last = path.at(-1);
  return (
    <div class="stage">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable to be scrolled by keyboard. */}
      <div class="scroller" ref={scroller} tabIndex={0} role="log" aria-live="off" aria-label={t('conversation')}>
        <div class="column" ref={content}>
          {path.length === 0 && !loading && <Welcome />}
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
        </div>
      </div>
      {away && (
        <button type="button" class="to-bottom" onClick={toBottom}>
          <Icon name="down" />
          {t('toBottom')}
        </button>
      )}
    </div>
  );
}
