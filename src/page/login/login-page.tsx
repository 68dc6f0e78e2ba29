/** The login page: signing in, and back to where one was. */
import { useEffect } from 'preact/hooks';
import { useSelect, useTranslate } from '../app/app-context.ts';
import { safeNext } from './next.ts';
import { looksOwn } from './own-key-form.ts';
import { SignInForm } from './sign-in-form.tsx';
import { WaysIn } from './ways-in.tsx';

export function LoginPage() {
  const t = useTranslate();
  const session = useSelect((state) => state.session);
  const next = safeNext(new URLSearchParams(location.search).get('next'), location.origin);
  useEffect(() => {
    document.title = `${t('signIn')} · NexCode`;
  }, [t]);
  useEffect(() => {
    if (session?.authenticated) location.replace(next);
  }, [session?.authenticated]);
  return (
    <main class="login">
      <SignInForm
        t={t}
        isOwnKey={(token) => session?.clientKeys === true && looksOwn(token, session.keyPattern)}
        onSignedIn={() => location.replace(next)}
      >
        {session && <WaysIn session={session} />}
        <a href={next}>{t(session?.clientKeys === false ? 'backWithoutLogin' : 'backWithKey')}</a>
      </SignInForm>
    </main>
  );
}
