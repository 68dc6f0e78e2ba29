/** Asks for the values of a prompt's variables before it is inserted. */
import { useEffect, useRef } from 'preact/hooks';
import { useTranslate } from '../app/app-context.ts';
import { filled, type Prompt, variablesOf } from './prompt.ts';

interface VariablesDialogProps {
  readonly prompt: Prompt;
  /** @param text the text with its values; null where the reader wants it no more */
  onDone(text: string | null): void;
}

export function VariablesDialog({ prompt, onDone }: VariablesDialogProps) {
  const t = useTranslate();
  const box = useRef<HTMLDialogElement>(null);
  const text = useRef<string | null>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog class="variables" ref={box} aria-label={prompt.name} onClose={() => onDone(text.current)}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          const values = Object.fromEntries(
            [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
          );
          text.current = filled(prompt.text, values);
          box.current?.close();
        }}
      >
        <h2>{prompt.name}</h2>
        {variablesOf(prompt.text).map(({ name, preset }, index) => (
          <label class="field" key={name}>
            <span>{name}</span>
            <input name={name} defaultValue={preset} autoFocus={index === 0} />
          </label>
        ))}
        <div class="cures">
          <button type="submit" class="primary">
            {t('insert')}
          </button>
          <button type="button" onClick={() => box.current?.close()}>
            {t('cancel')}
          </button>
        </div>
      </form>
    </dialog>
  );
}
