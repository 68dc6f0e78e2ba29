/** Adds files to the question that is being written, and says which could not be taken. */
import { type App, announce, translate } from '../app/app.ts';
import { loadLanguage } from '../app/language.ts';
import { addFiles } from './add-files.ts';
import type { Attachment } from './attachment.ts';

/** @param present how many files the question has already; a file without a name is a pasted text */
export async function attach(
  app: App,
  files: readonly File[],
  present: number,
  added: (attachments: readonly Attachment[]) => void,
): Promise<void> {
  await loadLanguage(app, ['tools']);
  const named = files.map((file) =>
    file.name
      ? file
      : new File([file], translate(app, 'pastedText', { n: present + 1 }), { type: file.type }),
  );
  const { attachments, refused } = await addFiles(app, named, present);
  added(attachments);
  if (refused.length > 0) {
    const told = refused.map(({ name, why }) =>
      translate(app, 'fileRefused', { name, why: translate(app, why) }),
    );
    app.state.set({ toast: { text: told.join(' · ') } });
  } else announce(app, attachments.map(({ name }) => name).join(', '));
}
