/** Where one writes. Shows who will answer; keeps the draft at every stroke; also edits an earlier question. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../app/app.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { prepareForAnswer } from '../app/fetched.ts';
import { Icon } from '../app/icon.tsx';
import { lazy } from '../app/lazy.tsx';
import { loadDraftFiles, loadPromptMenu } from '../app/load-tools.ts';
import { useMedia } from '../app/use-media.ts';
import { AttachButton, pastedFiles, useDrop } from '../attachments/take-files.tsx';
import { draftKey, isEmpty, NOTHING_WRITTEN, readDraft, type Written, writeDraft } from './drafts.ts';
import { Recipient } from './recipient.tsx';
import { shownAnswer, shownSpeaker } from './shown.ts';
import { editQuestion, send, stop } from './turns.ts';

const PromptMenu = lazy(loadPromptMenu);
const DraftFiles = lazy(loadDraftFiles);

export function Composer() {
  const app = useApp();
  const t = useTranslate();
  const open = useSelect((state) => state.open);
  const editing = useSelect((state) => (state.editing ? state.messages.get(state.editing) : undefined));
  const answer = useSelect(shownAnswer);
  const [{ text, attachments }, setWritten] = useState(NOTHING_WRITTEN);
  const [adding, setAdding] = useState(0);
  /** The answer after which what is written is to be sent. */
  const [queued, setQueued] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const touch = useMedia('(hover: none) and (pointer: coarse)');
  const knowledgeOnly = useSelect(shownSpeaker) === 'knowledge';
  const key = editing?.id ?? draftKey(open);
  const nothing = isEmpty({ text, attachments });

  /** What stands in the field, also between two drawings of it. */
  const written = useRef(NOTHING_WRITTEN);
  /** The reader has typed since the field was last filled or sent: nothing may come over that. */
  const typed = useRef(false);
  /** A question was sent from here, and the chat that it begins takes the field over as it stands. */
  const sent = useRef(false);
  const fill = (value: Written) => {
    setQueued(null);
    written.current = value;
    typed.current = false;
    setWritten(value);
  };

  // Before the next stroke: what is typed right after another chat is opened stands in that one's field.
  useLayoutEffect(() => {
    let current = true;
    if (sent.current) {
      sent.current = false;
      // What was typed after Enter belongs to the chat that Enter began.
      if (typed.current) {
        writeDraft(app, '', NOTHING_WRITTEN);
        writeDraft(app, key, written.current);
      }
    } else {
      fill({ text: editing?.text ?? '', attachments: editing?.attachments ?? [] });
    }
    if (!typed.current) {
      void readDraft(app, key).then((draft) => {
        if (current && !isEmpty(draft) && !typed.current) fill(draft);
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

  useEffect(() => {
    // Another tab may have kept a draft of its own under this name since.
    const leaving = () => {
      if (typed.current) writeDraft(app, key, written.current);
    };
    addEventListener('pagehide', leaving);
    return () => removeEventListener('pagehide', leaving);
  }, [key]);
  const change = (value: Partial<Written>) => {
    if (isEmpty(written.current)) void prepareForAnswer(app);
    written.current = { ...written.current, ...value };
    typed.current = true;
    setQueued(null);
    setWritten(written.current);
    writeDraft(app, key, written.current);
  };
  const add = async (files: readonly File[]) => {
    if (files.length === 0) return;
    setAdding((count) => count + 1);
    try {
      const { attach } = await import('../attachments/attach.ts');
      await attach(app, files, written.current.attachments.length, (added) =>
        change({ attachments: [...written.current.attachments, ...added] }),
      );
    } finally {
      setAdding((count) => count - 1);
    }
  };
  const pasted = (event: ClipboardEvent) => {
    const files = pastedFiles(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    void add(files);
  };
  useDrop((files) => void add(files));
  const cancel = () => {
    writeDraft(app, key, NOTHING_WRITTEN);
    app.state.set({ editing: null });
  };
  const submit = () => {
    if (isEmpty(written.current) || adding > 0) return;
    if (answer) {
      setQueued(answer);
      announce(app, t('queued'));
      return;
    }
    const question = written.current;
    fill(NOTHING_WRITTEN);
    sent.current = editing !== undefined || open === null;
    void (editing ? editQuestion(app, editing, question) : send(app, question.text, question.attachments));
  };
  useEffect(() => {
    if (answer || !queued) return;
    // After an answer that failed or was stopped, the reader may want to say something else.
    if (app.state.get().messages.get(queued)?.state === 'done') submit();
    else setQueued(null);
  }, [answer]);
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
      {queued && (
        <p class="editing">
          {t('queued')}
          <button type="button" onClick={() => setQueued(null)}>
            {t('cancel')}
          </button>
        </p>
      )}
      <div class="box">
        {(attachments.length > 0 || adding > 0) && (
          <DraftFiles
            attachments={attachments}
            change={(attachments) => change({ attachments })}
            restore={(file) => change({ attachments: [...written.current.attachments, file] })}
            insert={(words) => change({ text: written.current.text + words })}
          />
        )}
        <textarea
          id="composer"
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          aria-label={t('message')}
          placeholder={t(knowledgeOnly ? 'placeholderKnowledge' : 'placeholder')}
          enterkeyhint={touch ? 'enter' : 'send'}
          onInput={(event) => change({ text: event.currentTarget.value })}
          onPaste={pasted}
          onKeyDown={pressed}
        />
        {text.includes('/') && <PromptMenu field={field.current} />}
        <div class="composer-row">
          <AttachButton add={add} />
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
          {answer && (
            <button
              type="button"
              class="send stop"
              aria-label={t('stop')}
              title={t('stop')}
              onClick={() => stop(app, answer)}
            >
              <Icon name="stop" />
            </button>
          )}
          {(!answer || !nothing) && (
            <button
              type="submit"
              class="send"
              aria-label={t(answer ? 'queue' : 'send')}
              title={t(answer ? 'queue' : 'send')}
              disabled={nothing || adding > 0 || queued !== null}
            >
              <Icon name="send" />
            </button>
          )}
        </div>
      </div>
    </form>
  );
}

/** For browsers without `field-sizing: content`. */
function fitHeight(field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
