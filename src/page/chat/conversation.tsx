/** The shown branch from first to last, in a scroller that follows a growing answer while the reader lets it. */
import { useMemo, useRef } from 'preact/hooks';
import { useSelect, useTranslate } from '../app/app-context.ts';
import { loadTurns } from '../app/fetched.ts';
import { useFollow } from '../app/follow.ts';
import { Icon } from '../app/icon.tsx';
import { lazy } from '../app/lazy.tsx';
import { shownChat } from './shown.ts';
import { branch } from './tree.ts';
import { Welcome } from './welcome.tsx';

const Turns = lazy(loadTurns);

export function Conversation() {
  const t = useTranslate();
  const open = useSelect((state) => state.open);
  const messages = useSelect((state) => state.messages);
  const loading = useSelect((state) => state.loading);
  const leaf = useSelect((state) => shownChat(state)?.leaf ?? null);
  const path = useMemo(() => branch(messages, leaf), [messages, leaf]);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const questions = path.filter(({ role }) => role === 'user').length;
  const { away, toBottom } = useFollow(scroller, content, `${open}/${questions}`);
  return (
    <div class="stage">
      <div class="scroller" ref={scroller} role="log" aria-live="off" aria-label={t('conversation')}>
        <div class="column" ref={content}>
          {path.length === 0 && !loading && <Welcome />}
          {path.length > 0 && <Turns path={path} />}
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
