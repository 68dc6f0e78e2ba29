/** What was typed and attached and is not yet sent, kept per chat at every stroke. */
import type { App } from '../app/app.ts';
import type { Attachment } from '../attachments/attachment.ts';

/** What stands in the composer. */
export interface Written {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export const NOTHING_WRITTEN: Written = { text: '', attachments: [] };

export function isEmpty({ text, attachments }: Written): boolean {
  return text.trim() === '' && attachments.length === 0;
}

/** The name of a chat's draft; the chat that is yet to be has one too. An edited message's is its identifier. */
export function draftKey(chat: string | null): string {
  return chat ?? '';
}

export async function readDraft(app: App, key: string): Promise<Written> {
  const { text = '', attachments = [] } = (await app.store.get('drafts', key)) ?? {};
  return { text, attachments };
}

export function writeDraft(app: App, key: string, { text, attachments }: Written): void {
  if (text === '' && attachments.length === 0) void app.store.remove('drafts', key);
  else {
    const files = attachments.length > 0 && { attachments };
    void app.store.put('drafts', { key, text, ...files, at: Date.now() });
  }
}

/** Forgets a draft that has been sent, unless something else is written there by now. */
export async function dropDraft(app: App, key: string, sent: string): Promise<void> {
  if ((await readDraft(app, key)).text === sent) writeDraft(app, key, NOTHING_WRITTEN);
}
