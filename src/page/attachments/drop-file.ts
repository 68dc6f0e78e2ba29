/** Forgetting files that were taken away again. */
import type { App } from '../app/app.ts';
import type { Attachment } from './attachment.ts';

/** Forgets a file that was never sent. */
export async function dropFile(app: App, { id }: Attachment): Promise<void> {
  if ((await app.store.get('files', id))?.chat === '') await app.store.remove('files', id);
}
