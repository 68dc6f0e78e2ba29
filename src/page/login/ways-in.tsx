/** The ways to use this server, and what each may do. */
import { useTranslate } from '../app/app-context.ts';
import type { Session } from './session.ts';

export function WaysIn({ session }: { readonly session: Session }) {
  const t = useTranslate();
  return (
    <section class="ways" aria-label={t('waysIn')}>
      <dl>
        <dt>{t('wayToken')}</dt>
        <dd>{t('wayTokenMay')}</dd>
        {session.ledger && (
          <>
            <dt>{t('wayKey')}</dt>
            <dd>{t('wayKeyMay')}</dd>
          </>
        )}
        {session.clientKeys && (
          <>
            <dt>{t('wayOwn')}</dt>
            <dd>{t('wayOwnMay')}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
