/** The keys that were issued: what is left of each, and issuing, changing and revoking them. */
import { useState } from 'preact/hooks';
import { KeyState } from './budget.tsx';
import { IssueDialog, LimitsDialog } from './limits-dialog.tsx';
import { isUsable, type Key } from './report.ts';
import { RevokeDialog } from './revoke-dialog.tsx';
import { useSpeech } from './speech.ts';

/** The dialog that is open. */
type Open = { readonly of: 'issue' } | { readonly of: 'change' | 'revoke'; readonly key: Key } | null;

interface KeysSectionProps {
  readonly keys: readonly Key[];
  /** The server has what keys are made with. */
  readonly canIssue: boolean;
  onChanged(): void;
}

export function KeysSection({ keys, canIssue, onChanged }: KeysSectionProps) {
  const { t, numbers } = useSpeech();
  const [open, setOpen] = useState<Open>(null);
  const [told, setTold] = useState('');
  const [showsEnded, setShowsEnded] = useState(false);
  const now = Date.now() / 1000;
  const ended = keys.filter((key) => !isUsable(key, now));
  const shown = showsEnded ? keys : keys.filter((key) => isUsable(key, now));
  const close = () => setOpen(null);
  const done = (words: string) => {
    setTold(words);
    onChanged();
  };
  return (
    <section aria-labelledby="keys">
      <div class="section-head">
        <h2 id="keys">{t('keys')}</h2>
        {canIssue && (
          <button type="button" class="primary" onClick={() => setOpen({ of: 'issue' })}>
            {t('issue')}
          </button>
        )}
      </div>
      <p class="help">{t(canIssue ? (keys.length === 0 ? 'noKeys' : 'keysHelp') : 'errKeysOff')}</p>
      <p role="status" class="help">
        {told}
      </p>
      <ul class="keys">
        {shown.map((key) => (
          <li key={key.id} class="card">
            <h3>{key.name}</h3>
            <p class="help">
              <code>{key.redacted}</code> · <code>{key.id}</code>
              {!isUsable(key, now) && ` · ${t(key.isRevoked ? 'stateRevoked' : 'stateExpired')}`}
            </p>
            <KeyState of={key} />
            {!key.isRevoked && (
              <div class="line">
                <button
                  type="button"
                  aria-label={t('changeOf', { name: key.name })}
                  onClick={() => setOpen({ of: 'change', key })}
                >
                  {t('change')}
                </button>
                <button
                  type="button"
                  class="danger"
                  aria-label={t('revokeOf', { name: key.name })}
                  onClick={() => setOpen({ of: 'revoke', key })}
                >
                  {t('revoke')}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {ended.length > 0 && (
        <label class="inline">
          <input
            type="checkbox"
            checked={showsEnded}
            onChange={({ currentTarget }) => setShowsEnded(currentTarget.checked)}
          />
          <span>{t('showEnded', { n: numbers.count(ended.length) })}</span>
        </label>
      )}
      {open?.of === 'issue' && <IssueDialog onClose={close} onIssued={onChanged} />}
      {open?.of === 'change' && (
        <LimitsDialog of={open.key} onClose={close} onSaved={() => done(t('saved'))} />
      )}
      {open?.of === 'revoke' && (
        <RevokeDialog
          of={open.key}
          onClose={close}
          onRevoked={() => done(t('revoked', { name: open.key.name }))}
        />
      )}
    </section>
  );
}
