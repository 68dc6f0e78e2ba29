/** Ending a key, after a question. */
import { useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';
import { failureWords } from './failure-words.ts';
import type { Key } from './report.ts';
import { revokeKey } from './server.ts';
import { useSpeech } from './speech.ts';

interface RevokeDialogProps {
  readonly of: Key;
  onClose(): void;
  onRevoked(): void;
}

export function RevokeDialog({ of: key, onClose, onRevoked }: RevokeDialogProps) {
  const { t } = useSpeech();
  const [stop, setStop] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const revoke = async () => {
    setBusy(true);
    try {
      await revokeKey(key.id, stop);
      onRevoked();
      onClose();
    } catch (error) {
      setTrouble(failureWords(error, t));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('revokeTitle', { name: key.name })} onClose={onClose}>
      <p>{t('revokeHelp')}</p>
      <label class="inline">
        <input
          type="checkbox"
          checked={stop}
          onChange={({ currentTarget }) => setStop(currentTarget.checked)}
        />
        <span>{t('revokeStop')}</span>
      </label>
      {trouble && (
        <p class="warning" role="alert">
          {trouble}
        </p>
      )}
      <div class="line end">
        <button type="button" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="danger" onClick={revoke} disabled={busy}>
          {t('revoke')}
        </button>
      </div>
    </Dialog>
  );
}
