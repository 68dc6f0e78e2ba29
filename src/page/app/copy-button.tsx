/** A button that copies a text and says so. */
import { useEffect, useState } from 'preact/hooks';
import { announce } from './app.ts';
import { useApp, useTranslate } from './app-context.ts';
import { Icon } from './icon.tsx';

const SHOWN_MS = 1600;

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const app = useApp();
  const t = useTranslate();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (!(await copyText(text))) return;
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

/** Copies text, also on plain http addresses, where browsers withhold `navigator.clipboard`. Says whether it could. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'hidden';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
