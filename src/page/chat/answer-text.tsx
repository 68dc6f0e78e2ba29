/** The text of an answer: as it is stored, or as it grows. */
import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';
import { useApp, useTranslate } from '../app/app-context.ts';
import { copyToClipboard } from '../app/clipboard.ts';
import type { Translate } from '../i18n/translate.ts';
import type { MarkdownLabels } from '../markdown/labels.ts';
import { MarkdownView } from '../markdown/view.tsx';
import { Thinking, Waiting } from './thinking.tsx';
import type { Message } from './types.ts';

export function AnswerText({ message }: { readonly message: Message }) {
  const { live } = useApp();
  const t = useTranslate();
  const [, redraw] = useReducer((count: number, _: undefined) => count + 1, 0);
  const growing = live.get(message.id);
  useLayoutEffect(() => growing?.watch(() => redraw(undefined)), [growing]);
  const { text, reasoning } = growing?.get() ?? message;
  const streaming = growing !== undefined;
  const labels = useMemo(() => markdownLabels(t), [t]);
  // The same element as before makes Preact skip the whole answer when something else is redrawn.
  const body = useMemo(
    () => (
      <MarkdownView
        text={text}
        streaming={streaming}
        labels={labels}
        copy={copyToClipboard}
        save={saveCode}
      />
    ),
    [text, streaming, labels],
  );
  return (
    <>
      {reasoning && (
        <Thinking reasoning={reasoning} growing={growing} thoughtMs={message.figures?.thoughtMs} />
      )}
      {text ? body : growing && !reasoning && <Waiting growing={growing} />}
    </>
  );
}

async function saveCode(text: string, info: string): Promise<void> {
  (await import('./save-code.ts')).saveCode(text, info);
}

function markdownLabels(t: Translate): MarkdownLabels {
  return {
    copy: t('copyCode'),
    copyTable: t('copyTable'),
    wrap: t('wrapCode'),
    save: t('saveCode'),
    copied: t('copied'),
    copyFailed: t('copyFailed'),
    image: t('image'),
    taskDone: t('taskDone'),
    taskOpen: t('taskOpen'),
    note: t('alertNote'),
    tip: t('alertTip'),
    important: t('alertImportant'),
    warning: t('alertWarning'),
    caution: t('alertCaution'),
  };
}
