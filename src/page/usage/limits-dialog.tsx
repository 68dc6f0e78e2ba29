/** Issuing a key, whose value is shown once, and changing a key's limits. */
import { useRef, useState } from 'preact/hooks';
import { copyToClipboard } from '../app/clipboard.ts';
import { useAttempt } from './attempt.ts';
import { Dialog, DialogEnd } from './dialog.tsx';
import { LimitsFields } from './limits-fields.tsx';
import { EMPTY_FORM, formOf, type LimitsForm } from './limits-form.ts';
import type { Key } from './report.ts';
import { changeKey, issueKey } from './server.ts';
import { useSpeech } from './speech.ts';

interface IssueDialogProps {
  onClose(): void;
  onIssued(): void;
}

export function IssueDialog({ onClose, onIssued }: IssueDialogProps) {
  const { t } = useSpeech();
  const [value, setValue] = useState('');
  const [copied, setCopied] = useState(false);
  const mayClose = () => value === '' || copied || confirm(t('doneUncopied'));
  return (
    <Dialog title={t(value ? 'issuedTitle' : 'issue')} mayClose={mayClose} onClose={onClose}>
      {value ? (
        <IssuedKey
          value={value}
          copied={copied}
          onCopied={() => setCopied(true)}
          onDone={() => mayClose() && onClose()}
        />
      ) : (
        <LimitsEditor
          start={EMPTY_FORM}
          action={t('issueNow')}
          onClose={onClose}
          save={async (form) => {
            setValue(await issueKey(form));
            onIssued();
          }}
        />
      )}
    </Dialog>
  );
}

interface LimitsDialogProps {
  readonly of: Key;
  onClose(): void;
  onSaved(): void;
}

export function LimitsDialog({ of: key, onClose, onSaved }: LimitsDialogProps) {
  const { t } = useSpeech();
  return (
    <Dialog title={t('changeOf', { name: key.name })} onClose={onClose}>
      <LimitsEditor
        start={formOf(key)}
        isChange
        action={t('saveNow')}
        onClose={onClose}
        save={async (form) => {
          await changeKey(key.id, form);
          onSaved();
          onClose();
        }}
      />
    </Dialog>
  );
}

interface LimitsEditorProps {
  readonly start: LimitsForm;
  readonly isChange?: boolean;
  readonly action: string;
  /** Rejects with what the reader is told. */
  save(form: LimitsForm): Promise<void>;
  onClose(): void;
}

function LimitsEditor({ start, isChange = false, action, save, onClose }: LimitsEditorProps) {
  const [form, setForm] = useState(start);
  const { busy, trouble, attempt } = useAttempt();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(() => save(form));
      }}
    >
      <LimitsFields
        form={form}
        isChange={isChange}
        change={(part) => setForm((before) => ({ ...before, ...part }))}
      />
      <DialogEnd trouble={trouble} onClose={onClose}>
        <button type="submit" class="primary" disabled={busy}>
          {action}
        </button>
      </DialogEnd>
    </form>
  );
}

interface IssuedKeyProps {
  readonly value: string;
  readonly copied: boolean;
  onCopied(): void;
  onDone(): void;
}

function IssuedKey({ value, copied, onCopied, onDone }: IssuedKeyProps) {
  const { t } = useSpeech();
  const [told, setTold] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    const could = await copyToClipboard(value);
    if (could) onCopied();
    else field.current?.select();
    setTold(t(could ? 'copied' : 'copyFailed'));
  };
  return (
    <>
      <p>{t('issuedHelp')}</p>
      <label class="field">
        <span>{t('keyValue')}</span>
        <input
          ref={field}
          class="value"
          readOnly
          value={value}
          onFocus={({ currentTarget }) => currentTarget.select()}
          onCopy={onCopied}
        />
      </label>
      <p role="status" class="help">
        {told}
      </p>
      <div class="line end">
        <button type="button" class={copied ? '' : 'primary'} onClick={copy}>
          {t('copy')}
        </button>
        <button type="button" class={copied ? 'primary' : ''} onClick={onDone}>
          {t('done')}
        </button>
      </div>
    </>
  );
}
