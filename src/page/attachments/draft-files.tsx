/** The files of the question that is being written, and what the answerer makes of them. */
import { translate } from '../app/app.ts';
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
  /** Takes a file again that was removed. */
  restore(attachment: Attachment): void;
  /** Puts a text file's words into the field. */
  insert(text: string): void;
}

export function DraftFiles({ attachments, change, restore, insert }: DraftFilesProps) {
  const app = useApp();
  const t = useTranslate();
  const setup = useSetup();
  const models = useSelect((state) => state.models);
  const remove = (gone: Attachment) => {
    change(attachments.filter(({ id }) => id !== gone.id));
    return dropFile(app, gone);
  };
  const removeWithUndo = async (gone: Attachment) => {
    const bringBack = await remove(gone);
    const undo = async () => {
      app.state.set({ toast: null });
      await bringBack();
      restore(gone);
    };
    const text = translate(app, 'fileRemoved', { name: gone.name });
    app.state.set({ toast: { text, undo: () => void undo() } });
  };
  const sees = attachments.every(({ kind }) => kind === 'text') || seesFiles(stampFor(setup), models);
  return (
    <>
      <FilesView
        attachments={attachments}
        remove={(gone) => void removeWithUndo(gone)}
        unfold={(attachment, text) => {
          void remove(attachment);
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
