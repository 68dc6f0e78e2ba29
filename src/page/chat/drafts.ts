/** Text typed and not yet sent, kept per chat at every stroke. */
import type { App } from '../app/app.ts';

/** The name of a chat's draft; the chat that is yet to be has one too. An edited message's is its identifier. */
export function draftKey(chat: string | null): string {
  return chat ?? '';
}

export async function readDraft(app: App, key: string): Promise<string> {
  return (await app.store.get('drafts', key))?.text ?? '';
}

export function writeDraft(app: App, key: string, text: string): void {
  if (text === '') void app.store.remove('drafts', key);
  else void app.store.put('drafts', { key, text });
}

/** Forgets a draft that has been sent, unless something else is written there by now. */
export async function dropDraft(app: App, key: string, sent: string): Promise<void> {
  if ((await readDraft(app, key)) === sent) writeDraft(app, key, '');
}
