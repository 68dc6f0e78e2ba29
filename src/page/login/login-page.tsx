/** Signing in with the server's token, and back to where one was. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { retryAfterMs } from '../api/failure.ts';
import { signIn } from '../api/session.ts';
import { useSelect, useTranslate } from '../ui/app-context.ts';
import { safeNext } from './next.ts';

export function LoginPage() {
  const t = useTranslate();
  const session = useSelect((state) => state.session);
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const next = safeNext(new URLSearchParams(location.search).get('next'), location.origin);
  useEffect(() => {
    document.title = `${t('signIn')} · NexCode`;
  }, [t]);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (session?.authenticated) location.replace(next);
  }, [session?.authenticated]);
  const submit = async () => {
    if (busy || token.trim() === '') return;
    setBusy(true);
    setTold('');
    const result = await signIn(token.trim());
    setBusy(false);
    if (result.type === 'in') return location.replace(next);
    const wait = result.type === 'wait' ? retryAfterMs(result.retryAfter, Date.now()) : null;
    setTold(
      result.type === 'refused'
        ? t('tokenRefused')
        : result.type === 'wait'
          ? t('tooManyAttempts', { n: Math.ceil((wait ?? 60_000) / 1000) })
          : t(result.status ? 'failServer' : 'failNetwork'),
    );
    field.current?.select();
  };
  return (
    <main class="login">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <svg class="seal" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M10 23V9l12 14V9" />
        </svg>
        <h1>{t('signInTitle')}</h1>
        <p>{t('signInHelp')}</p>
        <label class="field">
          <span>{t('accessToken')}</span>
          <input
            ref={field}
            type="password"
            name="token"
            autocomplete="current-password"
            value={token}
            aria-invalid={told !== ''}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {told && (
          <p class="warning" role="alert">
            {told}
          </p>
        )}
        <button type="submit" class="primary" disabled={busy || token.trim() === ''}>
          {t('signIn')}
        </button>
        <a href={next}>{t(session?.clientKeys === false ? 'backWithoutLogin' : 'backWithKey')}</a>
      </form>
    </main>
  );
}
