/** Signing in with the server's token, and back to where one was. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { retryAfterMs } from '../api/failure.ts';
import { useSelect, useTranslate } from '../app/app-context.ts';
import { Seal } from '../app/seal.tsx';
import type { Translate } from '../i18n/translate.ts';
import { safeNext } from './next.ts';
import { type SignIn, signIn } from './sign-in.ts';

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
    setTold(refusalWords(result, t));
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
        <Seal />
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

/** How long to wait where the server does not say. */
const WAIT_MS = 60_000;

function refusalWords(result: Exclude<SignIn, { type: 'in' }>, t: Translate): string {
  if (result.type === 'refused') return t('tokenRefused');
  if (result.type === 'failed') return t(result.status ? 'failServer' : 'failNetwork');
  const wait = retryAfterMs(result.retryAfter, Date.now()) ?? WAIT_MS;
  return t('tooManyAttempts', { n: Math.ceil(wait / 1000) });
}
