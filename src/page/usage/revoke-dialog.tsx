/** Ending a key, after a question. */
import { useState } from 'preact/hooks';
import { useAttempt } from './attempt.ts';
import { Dialog, DialogEnd } from './dialog.tsx';
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
  const { busy, trouble, attempt } = useAttempt();
  const revoke = () =>
    attempt(async () => {
      await revokeKey(key.id, stop);
      onRevoked();
      onClose();
    });
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
      <DialogEnd trouble={trouble} onClose={onClose}>
        <button type="button" class="danger" onClick={revoke} disabled={busy}>
          {t('revoke')}
        </button>
      </DialogEnd>
    </Dialog>
  );
}
