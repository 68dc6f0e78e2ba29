/** The usage page: who is signed in decides what is shown. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { Seal } from '../app/seal.tsx';
import { fetchSession, type Session } from '../login/session.ts';
import { signOut } from '../login/sign-in.ts';
import { SignInForm } from '../login/sign-in-form.tsx';
import { Dashboard } from './dashboard.tsx';
import { guideAddress } from './guide-address.ts';
import { useSpeech } from './speech.ts';

/** Null until the server has answered; `unreachable` where it does not. */
type Known = Session | 'unreachable' | null;

export function UsagePage() {
  const { t } = useSpeech();
  const [session, setSession] = useState<Known>(null);
  const [ended, setEnded] = useState(false);
  const look = useCallback(async () => setSession((await fetchSession()) ?? 'unreachable'), []);
  useEffect(() => {
    document.title = `${t('usageTitle')} · NexCode`;
  }, [t]);
  useEffect(() => void look(), []);
  const onEnded = useCallback(() => {
    setEnded(true);
    void look();
  }, []);
  const leave = async () => {
    await signOut();
    setEnded(false);
    await look();
  };
  if (session === null) return <Plain text={t('loading')} />;
  if (session === 'unreachable') return <Plain text={t('noServer')} retry={look} />;
  if (!session.ledger) return <NextStep title={t('offTitle')} help={t('offHelp')} />;
  if (!session.loginAvailable) return <NextStep title={t('noLoginTitle')} help={t('noLoginHelp')} />;
  if (!session.authenticated) {
    return (
      <main class="login">
        <SignInForm t={t} why={ended ? t('sessionEnded') : undefined} onSignedIn={look}>
          <a href="/">{t('toChat')}</a>
        </SignInForm>
      </main>
    );
  }
  return <Dashboard key={session.login} login={session.login} onEnded={onEnded} onSignOut={leave} />;
}

/** One sentence where there is nothing else to show. */
function Plain({ text, retry }: { readonly text: string; readonly retry?: () => void }) {
  const { t } = useSpeech();
  return (
    <main class="plain">
      <Seal />
      <p role="status">{text}</p>
      {retry && (
        <button type="button" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </main>
  );
}

/** What the server's operator has to do before there is anything to see. */
function NextStep({ title, help }: { readonly title: string; readonly help: string }) {
  const { t, locale } = useSpeech();
  return (
    <main class="plain">
      <Seal />
      <h1>{title}</h1>
      <p>{help}</p>
      <p>
        <a class="button primary" href={guideAddress(locale)}>
          {t('offGuide')}
        </a>
      </p>
      <a href="/">{t('toChat')}</a>
    </main>
  );
}
