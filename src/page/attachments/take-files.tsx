/** The ways by which files come to the message field: the system's chooser, pasting, and dropping. */
import { useEffect, useRef } from 'preact/hooks';
import { useTranslate } from '../app/app-context.ts';
import { Icon } from '../app/icon.tsx';

/** With pictures named, phones offer the camera; the rest is judged when it is taken. */
const ACCEPTED =
  'image/*,text/*,application/pdf,application/json,.md,.log,.yml,.yaml,.toml,.ts,.tsx,.py,.go,.rs,.java,.kt,.c,.h,.cpp,.sh,.sql,.ipynb';
/** A text of so many characters, pasted, becomes a folded file. */
const LONG_PASTE = 6000;

/** Opens the system's chooser, which offers the camera on phones. */
export function AttachButton({ add }: { add(files: readonly File[]): void }) {
  const t = useTranslate();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-label={t('attach')}
        title={t('attach')}
        onClick={() => chooser.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        onChange={(event) => {
          add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

/** The files that a paste brings, a long text as one without a name; none where the paste is the field's own. */
export function pastedFiles(data: DataTransfer | null): readonly File[] {
  const words = data?.getData('text/plain') ?? '';
  // Office programs put a picture of the text beside it.
  if (words === '') return [...(data?.files ?? [])];
  return words.length < LONG_PASTE ? [] : [new File([words], '', { type: 'text/plain' })];
}

/** Files that are dropped anywhere on the page. */
export function useDrop(drop: (files: readonly File[]) => void): void {
  const latest = useRef(drop);
  latest.current = drop;
  useEffect(() => {
    const listening = new AbortController();
    for (const type of ['dragover', 'drop'] as const) {
      document.addEventListener(
        type,
        (event) => {
          if (!event.dataTransfer?.types.includes('Files') || document.querySelector('dialog[open]')) return;
          event.preventDefault();
          if (type === 'drop') latest.current([...event.dataTransfer.files]);
        },
        { signal: listening.signal },
      );
    }
    return () => listening.abort();
  }, []);
}
