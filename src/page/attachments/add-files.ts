/** Taking files in: each is read, brought into its form and stored; what cannot be taken is named with the reason. */
import type { App } from '../app/app.ts';
import { isTemporary, newId } from '../chat/types.ts';
import type { MessageKey } from '../i18n/translate.ts';
import { type Attachment, kindOf, LIMITS, MOST_FILES, textOf } from './attachment.ts';
import { scaledPicture } from './scale-picture.ts';

export interface Added {
  readonly attachments: readonly Attachment[];
  readonly refused: readonly { readonly name: string; readonly why: MessageKey }[];
}

/** @param present how many files the question has already */
export async function addFiles(app: App, files: readonly File[], present: number): Promise<Added> {
  const attachments: Attachment[] = [];
  const refused: { name: string; why: MessageKey }[] = [];
  for (const file of files) {
    const name = file.name || 'file';
    const taken = present + attachments.length < MOST_FILES ? await take(app, file, name) : 'tooManyFiles';
    if (typeof taken === 'string') refused.push({ name, why: taken });
    else attachments.push(taken);
  }
  return { attachments, refused };
}

async function take(app: App, file: File, name: string): Promise<Attachment | MessageKey> {
  const kind = kindOf(name, file.type);
  if (file.size > LIMITS[kind ?? 'text']) return kind === null ? 'fileUnknown' : 'fileTooLarge';
  if (kind === 'image') {
    const scaled = await scaledPicture(file).catch(() => null);
    if (!scaled) return 'pictureUnreadable';
    return keep(app, { kind, name, type: scaled.blob.type, ...scaled.size }, scaled.blob);
  }
  if (kind === 'pdf') return keep(app, { kind, name, type: 'application/pdf' }, file);
  const text = textOf(new Uint8Array(await file.arrayBuffer()));
  if (text === null) return 'fileUnknown';
  return keep(app, { kind: 'text', name, type: 'text/plain' }, new Blob([text], { type: 'text/plain' }));
}

async function keep(app: App, what: Omit<Attachment, 'id' | 'bytes'>, blob: Blob): Promise<Attachment> {
  const id = newId();
  const { open } = app.state.get();
  await app.store.put('files', { id, chat: open !== null && isTemporary(open) ? open : '', blob });
  return { id, bytes: blob.size, ...what };
}
