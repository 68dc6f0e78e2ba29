/** What the payers of the ledger are called on the page. Pure. */
import type { UsageSpeak } from '../i18n/usage-words.ts';
import type { Key } from './report.ts';

/** How a payer of the ledger is called: a key by the name it was given, others by how they came in. */
export function keyNames(keys: readonly Key[], t: UsageSpeak): (id: string) => string {
  const names = new Map(
    keys.map(({ id, name, isRevoked }) => [id, isRevoked ? `${name} (${t('revokedKey')})` : name]),
  );
  const others = new Map([
    ['token', t('payertoken')],
    ['session', t('payersession')],
    ['open', t('payeropen')],
    ['client', t('payerclient')],
  ]);
  return (id) => names.get(id) ?? others.get(id) ?? id;
}
