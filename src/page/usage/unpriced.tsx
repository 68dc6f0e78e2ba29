/** What is not known, and what was estimated; the operator has calls priced here once their price is set. */
import { useState } from 'preact/hooks';
import { failureWords } from './failure-words.ts';
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
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState('');
  const { unpriced, estimated } = report.total;
  const priceNow = async () => {
    setBusy(true);
    try {
      const done = await reprice(report);
      setTold(t('repriced', { n: numbers.count(done.repriced), left: numbers.count(done.unpriced) }));
      if (done.repriced > 0) onRepriced();
    } catch (error) {
      setTold(failureWords(error, t));
    }
    setBusy(false);
  };
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
          {told}
        </p>
      )}
      {estimated > 0 && <p class="help">{t('estimatedHelp')}</p>}
    </div>
  );
}
