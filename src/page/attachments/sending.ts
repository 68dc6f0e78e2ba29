/** What sending a question with files needs; fetched when there are some. */
import type { App } from '../app/app.ts';
import { type Message, newId, type Stamp } from '../chat/types.ts';
import type { Attachment } from './attachment.ts';
import { contentOf, type Part, seesFiles } from './contents.ts';

/** Makes the files the chat's own: those of a draft move there, those of another chat are copied. */
export async function adoptFiles(
  app: App,
  attachments: readonly Attachment[],
  chat: string,
): Promise<readonly Attachment[]> {
  return Promise.all(
    attachments.map(async (attachment) => {
      const row = await app.store.get('files', attachment.id);
      if (!row || row.chat === chat) return attachment;
      const id = row.chat === '' ? row.id : newId();
      await app.store.put('files', { ...row, id, chat });
      return { ...attachment, id };
    }),
  );
}

/** The contents of the messages that have files, by message. */
export async function contentsOf(
  app: App,
  history: readonly Message[],
  stamp: Stamp,
): Promise<ReadonlyMap<string, string | readonly Part[]>> {
  const sees = seesFiles(stamp, app.state.get().models) !== false;
  const found = new Map<string, string | readonly Part[]>();
  for (const { id, text, attachments = [] } of history) {
    if (attachments.length === 0) continue;
    const files = await Promise.all(
      attachments.map(async (attachment) => ({
        attachment,
        blob: (await app.store.get('files', attachment.id))?.blob,
      })),
    );
    found.set(id, await contentOf(text, files, sees));
  }
  return found;
}
