/** What lies on this device: taking it out, bringing it in, and clearing it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { clearDevice } from './clear.ts';
import type { StoredSize } from './stored-size.ts';

export function DeviceSettings() {
  const app = useApp();
  const t = useTranslate();
  const isKept = useSelect((state) => state.session?.resumable);
  const [sure, setSure] = useState(false);
  const [told, setTold] = useState('');
  const [size, setSize] = useState<StoredSize | null>(null);
  useEffect(() => {
    // Counted anew after an import.
    void import('./stored-size.ts').then(({ storedSize }) => storedSize(app)).then(setSize, () => {});
  }, [told]);
  const picker = useRef<HTMLInputElement>(null);
  const exportAll = async () => (await import('../chats/download.ts')).downloadAll(app);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const { importFile } = await import('../chats/import-file.ts');
    const done = await importFile(app, file);
    if (done === null) return setTold(t('importFailed'));
    const added = t('imported', { n: done.added });
    const more = [
      done.continued > 0 && t('continued', { n: done.continued }),
      done.prompts > 0 && t('importedPrompts', { n: done.prompts }),
    ];
    setTold([added, ...more].filter(Boolean).join(' '));
  };
  return (
    <section>
      <h3>{t('onThisDevice')}</h3>
      <p class="help">
        {t('deviceHelp')} {isKept !== undefined && t(isKept ? 'answersKept' : 'answersNotKept')}
      </p>
      {size && (
        <p class="help stored">
          {t('storedSize', { n: size.chats, files: size.files })}{' '}
          {size.used !== null && size.quota !== null && t('storedOf', { used: size.used, quota: size.quota })}
        </p>
      )}
      <div class="cures">
        <button type="button" onClick={exportAll}>
          {t('exportAll')}
        </button>
        <button type="button" onClick={() => picker.current?.click()}>
          {t('import')}
        </button>
        <input
          ref={picker}
          type="file"
          accept=".json,.zip,application/json,application/zip"
          hidden
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
      </div>
      <p class="help" role="status">
        {told}
      </p>
      {sure ? (
        <div class="card">
          <p>{t('clearWarning')}</p>
          <div class="cures">
            <button type="button" class="danger" onClick={() => clearDevice(app)}>
              {t('clearYes')}
            </button>
            <button type="button" onClick={() => setSure(false)}>
              {t('cancel')}
            </button>
          </div>
        </div>
      ) : (
        <button type="button" class="danger" onClick={() => setSure(true)}>
          {t('clearDevice')}
        </button>
      )}
    </section>
  );
}
