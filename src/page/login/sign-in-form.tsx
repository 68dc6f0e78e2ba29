/** The form that signs in with the server's token or with a key that it has issued, wherever one signs in. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { retryAfterMs } from '../api/wait.ts';
import { Seal } from '../app/seal.tsx';
import type { Speak } from '../i18n/fill-in.ts';
import type { SignInWords } from '../i18n/translate.ts';
import { type SignIn, signIn } from './sign-in.ts';

type SignInSpeak = Speak<keyof SignInWords | 'signIn'>;

interface SignInFormProps {
  readonly t: SignInSpeak;
  /** Why one has to sign in, where that is not plain. */
  readonly why?: string | undefined;
  /** Whether a text that was refused looks like an API key of the reader's own, which is no login. */
  isOwnKey?(token: string): boolean;
  /** The session is open. */
  onSignedIn(): void;
  /** What stands below the button. */
  readonly children?: ComponentChildren;
}

export function SignInForm({ t, why, isOwnKey, onSignedIn, children }: SignInFormProps) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async () => {
    if (busy || token.trim() === '') return;
    setBusy(true);
    setTold('');
    const result = await signIn(token.trim());
    setBusy(false);
    if (result.type === 'in') return onSignedIn();
    setTold(
      result.type === 'refused' && isOwnKey?.(token.trim()) ? t('thatIsOwnKey') : refusalWords(result, t),
    );
    field.current?.select();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Seal />
      <h1>{t('signInTitle')}</h1>
      {why && <p role="status">{why}</p>}
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
      {children}
    </form>
  );
}

/** How long to wait where the server does not say. */
const WAIT_MS = 60_000;

function refusalWords(result: Exclude<SignIn, { type: 'in' }>, t: SignInSpeak): string {
  if (result.type === 'refused') return t('tokenRefused');
  if (result.type === 'failed') return t(result.status ? 'signInServer' : 'signInNetwork');
  const wait = retryAfterMs(result.retryAfter, Date.now()) ?? WAIT_MS;
  return t('tooManyAttempts', { n: Math.ceil(wait / 1000) });
}
