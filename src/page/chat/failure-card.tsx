/** What went wrong with a turn, and what to do: a sentence, the other side's words, the cures as buttons. */
import { useEffect, useState } from 'preact/hooks';
import { type Failure, type FailureKind, ownKind } from '../api/failure.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { CopyButton } from '../app/copy-button.tsx';
import type { MessageKey } from '../i18n/translate.ts';
import { goToLogin } from '../login/access.ts';
import { chooseAnswerer } from './setup-changes.ts';
import { continueInNewChat } from './shorter.ts';
import { continueAnswer, regenerate } from './turns.ts';
import type { Message } from './types.ts';
import { waitText } from './wait-text.ts';

type Cure =
  | 'continue'
  | 'retry'
  | 'sign-in'
  | 'key'
  | 'model'
  | 'parameters'
  | 'assistant'
  | 'new-chat'
  | 'usage';

const CASES: Readonly<Record<FailureKind, readonly [MessageKey, ...Cure[]]>> = {
  session: ['failSession', 'sign-in', 'key'],
  key: ['failKey', 'key', 'retry', 'assistant'],
  server_key: ['failServerKey', 'key', 'assistant', 'retry'],
  client_keys: ['failClientKeys', 'key', 'assistant'],
  key_model: ['failKeyModel', 'model', 'assistant'],
  forbidden: ['failForbidden', 'retry', 'assistant'],
  rate: ['failRate', 'retry', 'assistant'],
  quota: ['failQuota', 'key', 'assistant', 'retry'],
  model: ['failModel', 'model', 'retry', 'assistant'],
  context: ['failContext', 'new-chat', 'model'],
  too_large: ['failTooLarge', 'new-chat'],
  parameter: ['failParameter', 'parameters', 'model', 'retry'],
  misconfigured: ['failMisconfigured', 'retry'],
  server: ['failServer', 'retry', 'assistant'],
  timeout: ['failTimeout', 'retry', 'assistant'],
  cut: ['failCut', 'retry'],
  busy: ['failBusy', 'retry'],
  network: ['failNetwork', 'retry'],
  offline: ['failOffline', 'retry'],
  filter: ['failFilter', 'retry'],
};

/** The budget is that of the issued key that is signed in. */
const HOLDER_QUOTA = ['failHolderQuota', 'usage', 'retry'] as const satisfies readonly [
  MessageKey,
  ...Cure[],
];

export function FailureCard({ message, failure }: { readonly message: Message; readonly failure: Failure }) {
  const app = useApp();
  const t = useTranslate();
  const signedIn = useSelect((state) => state.session?.authenticated === true);
  const hasKey = useSelect((state) => state.key.value !== null);
  const takesKeys = useSelect((state) => state.session?.clientKeys !== false);
  const canSignIn = useSelect((state) => state.session?.loginAvailable !== false);
  const assistant = message.stamp?.mode === 'assistant';
  const wait = useCountdown(failure.retryAt);
  const locale = useSelect((state) => state.locale);
  const isHolder = useSelect((state) => state.holder !== null) && !hasKey;
  const [text, ...cures] = isHolder && failure.kind === 'quota' ? HOLDER_QUOTA : CASES[failure.kind];
  const offered: readonly Cure[] = failure.kind === 'session' && signedIn ? ['retry'] : cures;
  // What has arrived is gone on with, before it is asked for anew.
  const shown: readonly Cure[] = message.text === '' ? offered : ['continue', ...offered];
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
  };
  return (
    <div class="card" role="alert">
      <p>
        <strong>{t(signedIn && failure.kind === 'session' ? 'failSessionBack' : text)}</strong>
      </p>
      {failure.message &&
        failure.kind !== 'session' &&
        (ownKind(failure.code) ? (
          <details class="words">
            <summary>{failure.code}</summary>
            <p>{failure.message}</p>
          </details>
        ) : (
          <p class="words">{failure.message}</p>
        ))}
      <div class="cures">
        {shown
          .filter((cure) => !(assistant && cure === 'assistant'))
          .filter((cure) => cure !== 'key' || hasKey || takesKeys)
          .filter((cure) => cure !== 'sign-in' || canSignIn)
          .map((cure) => (
            <button key={cure} type="button" disabled={cure === 'retry' && wait > 0} onClick={act[cure]}>
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
