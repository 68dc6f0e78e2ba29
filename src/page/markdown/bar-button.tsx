/** The buttons beside a code block or a table. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { MarkdownLabels } from './labels.ts';

/** How long the button says what it did. */
const COPIED_MS = 2000;

type CopyButtonProps = {
  label: string;
  labels: MarkdownLabels;
  /** Copies, and says whether it could. */
  copy: () => Promise<boolean>;
  /** What is selected for the reader where the browser refuses. */
  shown: { current: HTMLElement | null };
};

export function CopyButton({ label, labels, copy, shown }: CopyButtonProps): VNode {
  const [result, setResult] = useState<'copied' | 'copyFailed'>();
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), COPIED_MS);
    return () => clearTimeout(timer);
  }, [result]);
  const act = async () => {
    const copied = await copy();
    if (!copied && shown.current) getSelection()?.selectAllChildren(shown.current);
    setResult(copied ? 'copied' : 'copyFailed');
  };
  return (
    <button type="button" class="md-act md-copy" aria-live="polite" onClick={act}>
      {result ? labels[result] : label}
    </button>
  );
}
