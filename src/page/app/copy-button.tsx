/** A button that copies a text and says so. */
import { useEffect, useState } from 'preact/hooks';
import { announce } from './app.ts';
import { useApp, useTranslate } from './app-context.ts';
import { copyToClipboard } from './clipboard.ts';
import { Icon } from './icon.tsx';

const SHOWN_MS = 1600;

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  /** The same as a document. */
  readonly html?: () => string | undefined;
}

export function CopyButton({ text, label, html }: CopyButtonProps) {
  const app = useApp();
  const t = useTranslate();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (!(await copyToClipboard(text, html?.()))) return;
    setCopied(true);
    announce(app, t('copied'));
  };
  return (
    <button
      type="button"
      class="quiet"
      title={copied ? t('copied') : label}
      aria-label={label}
      onClick={copy}
    >
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  );
}
