/** Choosing who answers: the built-in assistant, a listed model, or any name that is typed. */
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { choose } from '../app/app.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { Icon } from '../app/icon.tsx';
import type { MessageKey, Translate } from '../i18n/translate.ts';
import { refreshModels } from '../login/access.ts';
import type { ListedModel } from './model.ts';
import { isAlias, type ModelGroup, offeredGroups, withPinned, withRecent } from './offered.ts';

/** Who was chosen. */
export interface Answerer {
  readonly mode: 'assistant' | 'openai';
  readonly model: string;
}

interface ModelPickerProps {
  readonly title: string;
  /** Who answers now; null where nobody is marked. */
  readonly current: Answerer | null;
  onPick(answerer: Answerer): void;
  onClose(): void;
}

export function ModelPicker({ title, current, onPick, onClose }: ModelPickerProps) {
  const app = useApp();
  const t = useTranslate();
  const models = useSelect((state) => state.models);
  const standard = useSelect((state) => state.session?.defaultModel ?? '');
  const pinned = useSelect((state) => state.preferences.pinnedModels);
  const recent = useSelect((state) => state.preferences.recentModels);
  const [words, setWords] = useState('');
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    box.current?.showModal();
    void refreshModels(app);
  }, []);
  const typed = words.trim();
  // What was pinned or taken while it is open stays in its place.
  const [order] = useState({ pinned, recent });
  const groups = useMemo(
    () => offeredGroups({ models, standard, ...order, words: typed }),
    [models, standard, order, typed],
  );
  const exact = groups.some((group) => group.models.some(({ id }) => id === typed));
  const pick = (answerer: Answerer) => {
    if (answerer.mode === 'openai') choose(app, { recentModels: withRecent(recent, answerer.model) });
    box.current?.close();
    onPick(answerer);
  };
  const pickModel = (model: string) => pick({ mode: 'openai', model });
  const assistantFits = t('assistant').toLocaleLowerCase().includes(typed.toLocaleLowerCase());

  /** The arrows go through the choices; Enter in the field takes the first. */
  const pressed = (event: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll<HTMLButtonElement>('.choice') ?? [])];
    const at = all.findIndex((choice) => choice.matches(':focus'));
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = all[at + step];
      if (next) next.focus();
      else if (step < 0) box.current?.querySelector('input')?.focus();
    } else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      all[0]?.click();
    }
  };
  return (
    <dialog
      class="picker"
      ref={box}
      aria-labelledby={heading}
      onClose={onClose}
      closedby="any"
      onKeyDown={pressed}
    >
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" class="quiet" aria-label={t('close')} onClick={() => box.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <label class="search">
        <Icon name="search" />
        <input
          type="search"
          value={words}
          autoFocus
          spellcheck={false}
          autocapitalize="off"
          aria-label={t('searchModels')}
          placeholder={t('searchModels')}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      <div class="models">
        {assistantFits && (
          <ul>
            <li>
              <Choice
                name={t('assistant')}
                note={t('assistantNote')}
                current={current?.mode === 'assistant'}
                pick={() => pick({ mode: 'assistant', model: ASSISTANT_MODEL })}
              />
            </li>
          </ul>
        )}
        {groups.map((group) => (
          <section key={`${group.kind}/${group.name}`}>
            <h3>{groupName(group, t)}</h3>
            <ul>
              {group.models.map((model) => (
                <li key={model.id}>
                  <Choice
                    name={model.id}
                    note={noteOf(model, standard, t)}
                    current={current?.mode === 'openai' && current.model === model.id}
                    pick={() => pickModel(model.id)}
                  />
                  <button
                    type="button"
                    class="quiet pin"
                    aria-pressed={pinned.includes(model.id)}
                    aria-label={t('pinModel', { model: model.id })}
                    title={t(pinned.includes(model.id) ? 'unpin' : 'pin')}
                    onClick={() => choose(app, { pinnedModels: withPinned(pinned, model.id) })}
                  >
                    <Icon name="pin" />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {typed !== '' && !exact && (
          <ul>
            <li>
              <Choice
                name={t('useModel', { model: typed })}
                note=""
                current={false}
                pick={() => pickModel(typed)}
              />
            </li>
          </ul>
        )}
        {groups.length === 0 && typed === '' && <p class="help">{t('noModels')}</p>}
      </div>
      <footer>
        <button
          type="button"
          onClick={() => {
            box.current?.close();
            app.state.set({ settings: 'top' });
          }}
        >
          {t('keyAndSettings')}
        </button>
      </footer>
    </dialog>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly note: string;
  readonly current: boolean;
  pick(): void;
}

function Choice({ name, note, current, pick }: ChoiceProps) {
  return (
    <button type="button" class="choice" aria-current={current ? 'true' : undefined} onClick={pick}>
      <span>{name}</span>
      {note && <small>{note}</small>}
      {current && <Icon name="check" />}
    </button>
  );
}

const GROUP_NAMES: Readonly<Record<Exclude<ModelGroup['kind'], 'upstream'>, MessageKey>> = {
  pinned: 'pinnedModels',
  recent: 'recentModels',
  aliases: 'aliases',
  'no-chat': 'noChatModels',
};

function groupName({ kind, name }: ModelGroup, t: Translate): string {
  return kind === 'upstream' ? name || t('models') : t(GROUP_NAMES[kind]);
}

function noteOf(model: ListedModel, standard: string, t: Translate): string {
  return [model.id === standard && t('standardModel'), isAlias(model) && t('alias')]
    .filter(Boolean)
    .join(' · ');
}
