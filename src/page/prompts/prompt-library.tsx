/** The library of one's own prompts: write, change and delete them. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../app/app.ts';
import { useApp, useTranslate } from '../app/app-context.ts';
import { Icon } from '../app/icon.tsx';
import { Sheet } from '../app/sheet.tsx';
import { ToastNotice } from '../app/toast-notice.tsx';
import { newId } from '../chat/types.ts';
import { matching, type Prompt, variablesOf } from './prompt.ts';

export function PromptLibrary() {
  const app = useApp();
  const t = useTranslate();
  const [prompts, setPrompts] = useState<readonly Prompt[]>([]);
  const [editing, setEditing] = useState<Prompt | null>(null);
  const adding = useRef<HTMLButtonElement>(null);
  const read = () => app.store.all('prompts').then(setPrompts);
  useEffect(() => void read(), []);
  const save = async (prompt: Prompt) => {
    await app.store.put('prompts', prompt);
    setEditing(null);
    await read();
    adding.current?.focus();
  };
  const remove = async (prompt: Prompt) => {
    await app.store.remove('prompts', prompt.id);
    await read();
    adding.current?.focus();
    const undo = async () => {
      app.state.set({ toast: null });
      await app.store.put('prompts', prompt);
      await read();
    };
    app.state.set({
      toast: { text: translate(app, 'promptDeleted', { name: prompt.name }), undo: () => void undo() },
    });
  };
  return (
    <Sheet title={t('prompts')} onClose={() => app.state.set({ sheet: null })}>
      <section>
        <p class="help">{t('promptsHelp')}</p>
        {editing ? (
          <PromptForm key={editing.id} prompt={editing} save={save} cancel={() => setEditing(null)} />
        ) : (
          <button
            type="button"
            ref={adding}
            onClick={() => setEditing({ id: newId(), name: '', text: '', updated: 0 })}
          >
            {t('newPrompt')}
          </button>
        )}
        <ul class="prompt-list">
          {matching(prompts, '').map((prompt) => (
            <li key={prompt.id}>
              <div>
                <strong dir="auto">{prompt.name}</strong>
                <small dir="auto">{prompt.text}</small>
              </div>
              <button
                type="button"
                class="quiet"
                aria-label={t('editPrompt', { name: prompt.name })}
                onClick={() => setEditing(prompt)}
              >
                <Icon name="edit" />
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={t('deletePrompt', { name: prompt.name })}
                onClick={() => remove(prompt)}
              >
                <Icon name="bin" />
              </button>
            </li>
          ))}
        </ul>
      </section>
      {/* Nothing behind the sheet can be pressed, the undo of a deletion neither. */}
      <ToastNotice />
    </Sheet>
  );
}

interface PromptFormProps {
  readonly prompt: Prompt;
  save(prompt: Prompt): void;
  cancel(): void;
}

function PromptForm({ prompt, save, cancel }: PromptFormProps) {
  const t = useTranslate();
  const [name, setName] = useState(prompt.name);
  const [text, setText] = useState(prompt.text);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const variables = variablesOf(text).map((variable) => variable.name);
  const ready = name.trim() !== '' && text.trim() !== '';
  return (
    <form
      class="card prompt-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) save({ ...prompt, name: name.trim(), text, updated: Date.now() });
      }}
    >
      <label class="field">
        <span>{t('promptName')}</span>
        <input
          ref={first}
          value={name}
          maxLength={80}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t('promptText')}</span>
        <textarea rows={5} dir="auto" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <small>
        {variables.length > 0
          ? t('promptVariables', { names: variables.join(t('listComma')) })
          : t('promptVariablesHelp')}
      </small>
      <div class="cures">
        <button type="submit" class="primary" disabled={!ready}>
          {t('save')}
        </button>
        <button type="button" onClick={cancel}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
