/** Where one writes. Shows who will answer; keeps the draft at every stroke; also edits an earlier question. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { prepareForAnswer } from '../app/fetched.ts';
import { Icon } from '../app/icon.tsx';
import { lazy } from '../app/lazy.tsx';
import { loadPromptMenu } from '../app/load-tools.ts';
import { useMedia } from '../app/use-media.ts';
import { draftKey, readDraft, writeDraft } from './drafts.ts';
import { needsLogin } from './needs-login.ts';
import { shownSetup } from './setup.ts';
import { SpeakerMark, speakerName, stampName } from './speaker.tsx';
import { expectedSpeaker, stampFor } from './stamp.ts';
import { editQuestion, send, stop } from './turns.ts';
import { useSetup } from './use-setup.ts';

const PromptMenu = lazy(loadPromptMenu);

export function Composer() {
  const app = useApp();
  const t = useTranslate();
  const open = useSelect((state) => state.open);
  const editing = useSelect((state) => (state.editing ? state.messages.get(state.editing) : undefined));
  const answer = useSelect((state) => [...state.answering].find((id) => state.messages.has(id)));
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const touch = useMedia('(hover: none) and (pointer: coarse)');
  const knowledgeOnly = useSelect(
    (state) => expectedSpeaker(shownSetup(state).mode, state.session, state.key.value) === 'knowledge',
  );
  const key = editing?.id ?? draftKey(open);

  /** What stands in the field, also between two drawings of it. */
  const written = useRef('');
  /** The reader has typed since the field was last filled or sent: nothing may come over that. */
  const typed = useRef(false);
  /** A question was sent from here, and the chat that it begins takes the field over as it stands. */
  const sent = useRef(false);
  const fill = (value: string) => {
    written.current = value;
    typed.current = false;
    setText(value);
  };

  useEffect(() => {
    let current = true;
    if (sent.current) {
      sent.current = false;
      // What was typed after Enter belongs to the chat that Enter began.
      if (typed.current) {
        writeDraft(app, '', '');
        writeDraft(app, key, written.current);
      }
    } else {
      fill(editing?.text ?? '');
    }
    if (!typed.current) {
      void readDraft(app, key).then((draft) => {
        if (current && draft && !typed.current) fill(draft);
      });
    }
    if (!touch || editing) field.current?.focus();
    return () => {
      current = false;
    };
  }, [key]);
  useLayoutEffect(() => {
    if (field.current) fitHeight(field.current);
  }, [text]);

  const change = (value: string) => {
    if (text === '') void prepareForAnswer(app);
    written.current = value;
    typed.current = true;
    setText(value);
    writeDraft(app, key, value);
  };
  const cancel = () => {
    writeDraft(app, key, '');
    app.state.set({ editing: null });
  };
  const submit = () => {
    if (written.current.trim() === '' || answer) return;
    const question = written.current;
    fill('');
    sent.current = editing !== undefined || open === null;
    void (editing ? editQuestion(app, editing, question) : send(app, question));
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !(touch && !event.ctrlKey && !event.metaKey)) {
      event.preventDefault();
      submit();
    }
    if (event.key === 'Escape') {
      if (editing) cancel();
      else if (answer) stop(app, answer);
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {editing && (
        <p class="editing">
          <Icon name="edit" />
          {t('editing')}
          <button type="button" onClick={cancel}>
            {t('cancel')}
          </button>
        </p>
      )}
      <div class="box">
        <textarea
          id="composer"
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          aria-label={t('message')}
          placeholder={t(knowledgeOnly ? 'placeholderKnowledge' : 'placeholder')}
          enterkeyhint={touch ? 'enter' : 'send'}
          onInput={(event) => change(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        {text.includes('/') && <PromptMenu field={field.current} />}
        <div class="composer-row">
          <button
            type="button"
            class="quiet"
            aria-label={t('setup')}
            title={t('setup')}
            aria-haspopup="dialog"
            onClick={() => app.state.set({ sheet: 'setup' })}
          >
            <Icon name="tune" />
          </button>
          <Recipient />
          {answer ? (
            <button
              type="button"
              class="send"
              aria-label={t('stop')}
              title={t('stop')}
              onClick={() => stop(app, answer)}
            >
              <Icon name="stop" />
            </button>
          ) : (
            <button
              type="submit"
              class="send"
              aria-label={t('send')}
              title={t('send')}
              disabled={text.trim() === ''}
            >
              <Icon name="send" />
            </button>
          )}
        </div>
      </div>
    </form>
  );
}

/** Mode, model and temperature of the next message; opens the settings. */
function Recipient() {
  const app = useApp();
  const t = useTranslate();
  const session = useSelect((state) => state.session);
  const setup = useSetup();
  const key = useSelect((state) => state.key);
  const speaker = expectedSpeaker(setup.mode, session, key.value);
  const login = useSelect(needsLogin);
  return (
    <button
      type="button"
      class="recipient"
      title={t('chooseAnswerer')}
      aria-haspopup="dialog"
      onClick={() => app.state.set({ sheet: 'models' })}
    >
      <SpeakerMark speaker={speaker} />
      <span>
        <strong>{stampName(stampFor(setup), t)}</strong>{' '}
        <small>{login ? t('signInFirst') : speakerName(speaker, t)}</small>
        {setup.role && (
          <small class="role" dir="auto">
            {t('roleShown', { role: setup.role })}
          </small>
        )}
      </span>
    </button>
  );
}

/** For browsers without `field-sizing: content`. */
function fitHeight(field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
