/** What `/` opens above a field: the prompts that fit what is typed after it. The focus stays in the field. */
import { useEffect, useId, useLayoutEffect, useState } from 'preact/hooks';
import { useApp, useTranslate } from '../app/app-context.ts';
import { insertText } from './insert.ts';
import { matching, type Prompt, type Slash, slashBefore, variablesOf } from './prompt.ts';
import { VariablesDialog } from './variables-dialog.tsx';

/** As many are shown; typing finds the others. */
const SHOWN = 8;

interface Place extends Slash {
  readonly to: number;
}

export function PromptMenu({ field }: { readonly field: HTMLTextAreaElement | null }) {
  const app = useApp();
  const t = useTranslate();
  const list = useId();
  const [prompts, setPrompts] = useState<readonly Prompt[] | null>(null);
  const [slash, setSlash] = useState<Slash | null>(null);
  const [at, setAt] = useState(0);
  const [filling, setFilling] = useState<{ readonly prompt: Prompt; readonly place: Place } | null>(null);

  useEffect(() => {
    if (!field) return;
    const look = () => {
      const focused = document.activeElement === field && field.selectionStart === field.selectionEnd;
      setSlash(focused ? slashBefore(field.value, field.selectionEnd) : null);
      setAt(0);
    };
    const leave = () => setSlash(null);
    look();
    field.addEventListener('input', look);
    field.addEventListener('click', look);
    field.addEventListener('blur', leave);
    return () => {
      field.removeEventListener('input', look);
      field.removeEventListener('click', look);
      field.removeEventListener('blur', leave);
    };
  }, [field]);
  useEffect(() => {
    // Another tab may have changed the library since the menu was last open.
    if (slash) void app.store.all('prompts').then(setPrompts);
  }, [slash === null]);

  const found = slash && prompts ? matching(prompts, slash.words).slice(0, SHOWN) : [];
  const manages = slash !== null && prompts !== null && slash.words === '';
  const shown = field !== null && (found.length > 0 || manages);
  const count = found.length + Number(manages);

  const choose = (index: number) => {
    if (!field || !slash) return;
    const place = { ...slash, to: field.selectionEnd };
    const prompt = found[index];
    setSlash(null);
    if (!prompt) {
      insertText(field, '', place.from, place.to);
      app.state.set({ sheet: 'prompts' });
    } else if (variablesOf(prompt.text).length > 0) setFilling({ prompt, place });
    else insertText(field, prompt.text, place.from, place.to);
  };

  useLayoutEffect(() => {
    if (!field || !shown) return;
    const pressed = (event: KeyboardEvent) => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step !== 0) setAt((at + step + count) % count);
      else if (event.key === 'Escape') setSlash(null);
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(at);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    // Before the field's own handler, which would send the message.
    field.addEventListener('keydown', pressed, true);
    field.setAttribute('aria-controls', list);
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-activedescendant', `${list}-${at}`);
    return () => {
      field.removeEventListener('keydown', pressed, true);
      for (const name of ['controls', 'autocomplete', 'activedescendant'])
        field.removeAttribute(`aria-${name}`);
    };
  });

  const option = (index: number, name: string, text: string) => (
    <button
      key={index}
      type="button"
      id={`${list}-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={index === at}
      // The field keeps the focus, and with it the place where the text goes.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => choose(index)}
    >
      <strong>{name}</strong>
      <small>{text}</small>
    </button>
  );
  return (
    <>
      {shown && (
        <div class="prompt-menu" role="listbox" id={list} aria-label={t('prompts')}>
          {found.map(({ name, text }, index) => option(index, name, text))}
          {manages && option(found.length, t('managePrompts'), prompts.length === 0 ? t('promptsHelp') : '')}
        </div>
      )}
      {filling && (
        <VariablesDialog
          prompt={filling.prompt}
          onDone={(text) => {
            setFilling(null);
            const { from, to } = filling.place;
            if (field && text !== null) insertText(field, text, from, to);
            else field?.focus();
          }}
        />
      )}
    </>
  );
}
