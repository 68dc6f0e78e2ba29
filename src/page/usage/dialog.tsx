/** A dialog of the usage page, with a title; Escape closes it, unless it is asked to stay. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

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
