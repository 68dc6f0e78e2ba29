/** How much of this device the page's conversations take. */
import type { App } from '../app/app.ts';
import { sizeText } from '../attachments/attachment.ts';
import { isTemporary } from '../chat/types.ts';

export interface StoredSize {
  readonly chats: number;
  /** Pictures and files, as people read sizes. */
  readonly files: string;
  /** All that the browser counts for this page, and the most that it allows; null where it does not tell. */
  readonly used: string | null;
  readonly quota: string | null;
}

export async function storedSize(app: App): Promise<StoredSize> {
  const [chats, files, estimate] = await Promise.all([
    app.store.all('chats'),
    app.store.all('files'),
    // Missing on plain http addresses.
    navigator.storage?.estimate?.().catch(() => undefined),
  ]);
  const kept = files.filter(({ chat }) => !isTemporary(chat));
  const told = (bytes: number | undefined) => (bytes === undefined ? null : sizeText(bytes));
  return {
    chats: chats.filter(({ id }) => !isTemporary(id)).length,
    files: sizeText(kept.reduce((sum, { blob }) => sum + blob.size, 0)),
    used: told(estimate?.usage),
    quota: told(estimate?.quota),
  };
}
