/** The period's rows as a file. */
import { useState } from 'preact/hooks';
import { saveFile } from '../app/save-file.ts';
import { useAttempt } from './attempt.ts';
import { Choice } from './choice.tsx';
import { EXPORT_FORMATS, type ExportFormat, exportRows } from './export-rows.ts';
import { dayOf } from './period.ts';
import type { Report } from './report.ts';
import { useSpeech } from './speech.ts';

export function ExportRows({ period }: { readonly period: Pick<Report, 'start' | 'end'> }) {
  const { t } = useSpeech();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [told, setTold] = useState('');
  const { busy, trouble, attempt } = useAttempt();
  const download = () => {
    setTold(t('loading'));
    return attempt(async () => {
      const file = await exportRows(format, period);
      saveFile(`nexcode-usage-${dayOf(period.start)}-${dayOf(period.end - 1)}.${format}`, file);
      setTold(t('exported'));
    });
  };
  return (
    <section aria-labelledby="export">
      <h2 id="export">{t('exportTitle')}</h2>
      <p class="help">{t('exportHelp')}</p>
      <div class="line">
        <Choice
          inline
          label={t('format')}
          value={format}
          options={EXPORT_FORMATS.map((each) => [each, each.toUpperCase()])}
          choose={(chosen) => setFormat(chosen)}
        />
        <button type="button" onClick={download} disabled={busy}>
          {t('exportNow')}
        </button>
        <span role="status" class="help">
          {trouble || told}
        </span>
      </div>
    </section>
  );
}
