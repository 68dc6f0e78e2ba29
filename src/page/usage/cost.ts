/** Money with its uncertainty: what is not known is said, and never counted as nothing. Pure. */
import type { UsageSpeak } from '../i18n/usage-words.ts';
import type { Numbers } from './numbers.ts';
import type { Figures } from './report.ts';

/** The cost of calls: `≈` where some of it is estimated, `+ ?` where some of it is not known. */
export function costText({ cost, unpriced, estimated }: Figures, numbers: Numbers, t: UsageSpeak): string {
  if (cost === null) return t('unknownCost');
  const about = estimated > 0 && cost > 0 ? '≈ ' : '';
  return `${about}${numbers.money(cost)}${unpriced > 0 ? ' + ?' : ''}`;
}

/** What makes a sum uncertain, in words. */
export function doubts({ unpriced, estimated }: Figures, numbers: Numbers, t: UsageSpeak): readonly string[] {
  return [
    ...(unpriced > 0 ? [t('unpriced', { n: numbers.count(unpriced) })] : []),
    ...(estimated > 0 ? [t('estimated', { n: numbers.count(estimated) })] : []),
  ];
}
