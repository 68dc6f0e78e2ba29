/** What is not known, and what was estimated; the operator has calls priced here once their price is set. */
import { useState } from 'preact/hooks';
import { useAttempt } from './attempt.ts';
import type { Report } from './report.ts';
import { reprice } from './server.ts';
import { useSpeech } from './speech.ts';

interface UnpricedProps {
  readonly report: Report;
  readonly isOperator: boolean;
  onRepriced(): void;
}

export function Unpriced({ report, isOperator, onRepriced }: UnpricedProps) {
  const { t, numbers } = useSpeech();
  const { busy, trouble, attempt } = useAttempt();
  const [told, setTold] = useState('');
  const { unpriced, estimated } = report.total;
  const priceNow = () =>
    attempt(async () => {
      const done = await reprice(report);
      setTold(t('repriced', { n: numbers.count(done.repriced), left: numbers.count(done.unpriced) }));
      if (done.repriced > 0) onRepriced();
    });
  return (
    <div class="doubts">
      {unpriced > 0 && (
        <p class="warning">
          <b>{t('unpricedTitle', { n: numbers.count(unpriced) })}</b> {t('unpricedHelp')}{' '}
          {isOperator && (
            <button type="button" onClick={priceNow} disabled={busy}>
              {t('reprice')}
            </button>
          )}
        </p>
      )}
      {isOperator && (
        <p role="status" class="help">
          {trouble || told}
        </p>
      )}
      {estimated > 0 && <p class="help">{t('estimatedHelp')}</p>}
    </div>
  );
}
