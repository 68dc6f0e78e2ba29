/** A dialog at the window's side, with a title and a button that closes it; Escape and a click beside it do too. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useTranslate } from './app-context.ts';
import { Icon } from './icon.tsx';

interface SheetProps {
  readonly title: string;
  /** What has the focus at first, as a selector; the close button where it is left out. */
  readonly focus?: string | undefined;
  readonly class?: string;
  /** The sheet is gone. */
  onClose(): void;
  readonly children: ComponentChildren;
}

export function Sheet({ title, focus, class: name = '', onClose, children }: SheetProps) {
  const t = useTranslate();
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    box.current?.showModal();
    if (focus) box.current?.querySelector<HTMLElement>(focus)?.focus();
  }, []);
  return (
    <dialog class={`settings ${name}`} ref={box} aria-labelledby={heading} onClose={onClose} closedby="any">
      <div class="sheet">
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" class="quiet" aria-label={t('close')} onClick={() => box.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
