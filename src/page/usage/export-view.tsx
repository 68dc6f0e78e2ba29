/** The period's rows as a file. */
import { useState } from 'preact/hooks';
import { saveFile } from '../app/save-file.ts';
import { EXPORT_FORMATS, type ExportFormat, exportRows } from './export-rows.ts';
import { failureWords } from './failure-words.ts';
import { dayOf } from './period.ts';
import type { Report } from './report.ts';
import { useSpeech } from './speech.ts';

export function ExportRows({ period }: { readonly period: Pick<Report, 'start' | 'end'> }) {
  const { t } = useSpeech();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [told, setTold] = useState('');
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    setTold(t('loading'));
    try {
      const file = await exportRows(format, period);
      saveFile(`nexcode-usage-${dayOf(period.start)}-${dayOf(period.end - 1)}.${format}`, file);
      setTold(t('exported'));
    } catch (error) {
      setTold(failureWords(error, t));
    }
    setBusy(false);
  };
  return (
    <section aria-labelledby="export">
      <h2 id="export">{t('exportTitle')}</h2>
      <p class="help">{t('exportHelp')}</p>
      <div class="line">
        <label class="inline">
          <span>{t('format')}</span>
          <select
            value={format}
            onChange={({ currentTarget: { value } }) => {
              const chosen = EXPORT_FORMATS.find((each) => each === value);
              if (chosen) setFormat(chosen);
            }}
          >
            {EXPORT_FORMATS.map((each) => (
              <option key={each} value={each}>
                {each === 'ndjson' ? 'NDJSON' : each.toUpperCase()}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={download} disabled={busy}>
          {t('exportNow')}
        </button>
        <span role="status" class="help">
          {told}
        </span>
      </div>
    </section>
  );
}
