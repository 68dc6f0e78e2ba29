/** What went wrong with a turn, and what to do: a sentence, the other side's words, the cures as buttons. */
import { useEffect, useState } from 'preact/hooks';
import { type Failure, isOwnFailure } from '../api/failure.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { CopyButton } from '../app/copy-button.tsx';
import { goToLogin } from '../login/access.ts';
import { asksAgain, type Cure, treatment } from './cures.ts';
import { chooseAnswerer } from './setup-changes.ts';
import { continueInNewChat } from './shorter.ts';
import { continueAnswer, regenerate } from './turns.ts';
import { holdsText, type Message } from './types.ts';
import { waitText } from './wait-text.ts';

export function FailureCard({ message, failure }: { readonly message: Message; readonly failure: Failure }) {
  const app = useApp();
  const t = useTranslate();
  const signedIn = useSelect((state) => state.session?.authenticated === true);
  const hasKey = useSelect((state) => state.key.value !== null);
  const takesKeys = useSelect((state) => state.session?.clientKeys !== false);
  const canSignIn = useSelect((state) => state.session?.loginAvailable !== false);
  const wait = useCountdown(failure.retryAt);
  const locale = useSelect((state) => state.locale);
  const isHolder = useSelect((state) => state.holder !== null) && !hasKey;
  const [words, cures] = treatment(failure.kind, {
    hasText: holdsText(message),
    signedIn,
    canSignIn,
    hasKey,
    takesKeys,
    isHolder,
    askedAssistant: message.stamp?.mode === 'assistant',
  });
  const act: Readonly<Record<Cure, () => void>> = {
    continue: () => void continueAnswer(app, message),
    retry: () => void regenerate(app, message),
    'sign-in': goToLogin,
    key: () => {
      chooseAnswerer(app, { mode: 'openai' });
      app.state.set({ settings: 'key' });
    },
    model: () => app.state.set({ settings: 'model' }),
    parameters: () => app.state.set({ sheet: 'setup' }),
    assistant: () => {
      chooseAnswerer(app, { mode: 'assistant' });
      void regenerate(app, message);
    },
    'new-chat': () => void continueInNewChat(app, message),
    usage: () => location.assign('/usage'),
    reload: () => location.reload(),
  };
  const names: Readonly<Record<Cure, string>> = {
    continue: t('continue'),
    retry:
      wait > 0
        ? t('retryIn', { wait: waitText(wait, locale) })
        : t(failure.kind === 'session' ? 'resend' : 'retry'),
    'sign-in': t('signIn'),
    key: t(hasKey ? 'checkKey' : 'enterKey'),
    model: t('chooseModel'),
    parameters: t('checkSettings'),
    assistant: t('askAssistant'),
    'new-chat': t('goOnInNewChat'),
    usage: t('toUsage'),
    reload: t('reloadPage'),
  };
  return (
    <div class="card" role="alert">
      <p>
        <strong>{t(words)}</strong>
      </p>
      {failure.message &&
        failure.kind !== 'session' &&
        (isOwnFailure(failure) ? (
          <details class="words">
            <summary>{failure.code}</summary>
            <p>{failure.message}</p>
          </details>
        ) : (
          <p class="words">{failure.message}</p>
        ))}
      {/* The countdown is not read out at every second. */}
      <div class="cures" aria-live="off">
        {cures.map((cure) => (
          <button key={cure} type="button" disabled={asksAgain(cure) && wait > 0} onClick={act[cure]}>
            {names[cure]}
          </button>
        ))}
        {failure.requestId && (
          <span class="request-id">
            {t('requestId')} <code>{failure.requestId}</code>
            <CopyButton text={failure.requestId} label={t('copyRequestId')} />
          </span>
        )}
      </div>
    </div>
  );
}

/** Whole seconds until `at` (milliseconds since the epoch), counted down; 0 once it is past. */
function useCountdown(at: number | undefined): number {
  const left = () => Math.max(0, Math.ceil(((at ?? 0) - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => {
      setSeconds(left());
      if (left() === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [at]);
  return seconds;
}
