/** The warning to the holder of an issued key: what is left before it ends. */
import { useSelect, useTranslate } from '../app/app-context.ts';
import { numbers } from '../usage/numbers.ts';
import type { Key } from '../usage/report.ts';
import { keyWarning } from './key-warning.ts';

export function KeyNotice({ of: key }: { readonly of: Key }) {
  const t = useTranslate();
  const locale = useSelect((state) => state.locale);
  const warning = keyWarning(key, Date.now() / 1000);
  if (warning === null) return null;
  const { amount, moment } = numbers(locale);
  const { budget, expiresAt } = key;
  const words = (value: number) =>
    budget?.unit === 'tokens' ? t('keyTokens', { n: amount(value, 'tokens') }) : amount(value, 'usd');
  const renews = budget?.state?.resetsAt ?? null;
  return (
    <p class="banner calm" role="status">
      <span>
        {warning === 'spent' && t('keySpent')}
        {warning === 'low' &&
          budget?.state &&
          t('keyLow', { left: words(budget.amount - budget.state.spent), amount: words(budget.amount) })}
        {warning === 'ends' && expiresAt !== null && t('keyEnds', { at: moment(expiresAt) })}
        {warning !== 'ends' && renews !== null && ` ${t('keyRenews', { at: moment(renews) })}`}
      </span>
      <a href="/usage">{t('keyUsage')}</a>
    </p>
  );
}
