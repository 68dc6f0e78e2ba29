/** The files of the question that is being written, and what the answerer makes of them. */
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { stampFor } from '../chat/stamp.ts';
import { useSetup } from '../chat/use-setup.ts';
import type { Attachment } from './attachment.ts';
import { seesFiles } from './contents.ts';
import { dropFile } from './drop-file.ts';
import { FilesView } from './files-view.tsx';

interface DraftFilesProps {
  readonly attachments: readonly Attachment[];
  change(attachments: readonly Attachment[]): void;
  /** Puts a text file's words into the field. */
  insert(text: string): void;
}

export function DraftFiles({ attachments, change, insert }: DraftFilesProps) {
  const app = useApp();
  const t = useTranslate();
  const setup = useSetup();
  const models = useSelect((state) => state.models);
  const remove = (gone: Attachment) => {
    change(attachments.filter(({ id }) => id !== gone.id));
    void dropFile(app, gone);
  };
  const sees = attachments.every(({ kind }) => kind === 'text') || seesFiles(stampFor(setup), models);
  return (
    <>
      <FilesView
        attachments={attachments}
        remove={remove}
        unfold={(attachment, text) => {
          remove(attachment);
          insert(text);
        }}
      />
      {sees !== true && (
        <p class="cannot-see" role="status">
          {setup.mode === 'assistant'
            ? t('assistantCannotSee')
            : t(sees === false ? 'modelCannotSee' : 'modelMayNotSee', { model: setup.model })}
        </p>
      )}
    </>
  );
}
