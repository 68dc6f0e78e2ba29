/** A notice that stands for a while, with its undo. */
import { useEffect, useState } from 'preact/hooks';
import { announce } from './app.ts';
import { useApp, useSelect, useTranslate } from './app-context.ts';
import { Icon } from './icon.tsx';

/** How long a notice stands; as long as it is pointed at or holds the focus, it stays. */
const TOAST_MS = 10_000;

export function ToastNotice() {
  const app = useApp();
  const t = useTranslate();
  const toast = useSelect((state) => state.toast);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!toast) return;
    announce(app, toast.text);
    if (held) return;
    const timer = setTimeout(() => app.state.set({ toast: null }), TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast, held]);
  if (!toast) return null;
  return (
    <div
      class="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      {toast.undo && (
        <button type="button" onClick={toast.undo}>
          {t('undo')}
        </button>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={t('close')}
        onClick={() => app.state.set({ toast: null })}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
