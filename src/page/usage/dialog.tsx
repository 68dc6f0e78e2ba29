/** A dialog of the usage page, with a title; Escape closes it, unless it is asked to stay. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useSpeech } from './speech.ts';

interface DialogProps {
  readonly title: string;
  /** Asked before Escape closes it; false keeps it open. */
  readonly mayClose?: () => boolean;
  onClose(): void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, mayClose, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      class="box"
      ref={box}
      aria-labelledby={heading}
      onClose={onClose}
      onCancel={(event) => {
        if (mayClose?.() === false) event.preventDefault();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}

interface DialogEndProps {
  /** What went wrong, in words. */
  readonly trouble: string;
  onClose(): void;
  /** The button that does what the dialog is for. */
  readonly children: ComponentChildren;
}

/** The end of a dialog that asks for something: its trouble, and how it is left. */
export function DialogEnd({ trouble, onClose, children }: DialogEndProps) {
  const { t } = useSpeech();
  return (
    <>
      {trouble && (
        <p class="warning" role="alert">
          {trouble}
        </p>
      )}
      <div class="line end">
        <button type="button" onClick={onClose}>
          {t('cancel')}
        </button>
        {children}
      </div>
    </>
  );
}
