/** Forgetting files that were taken away again. */
import type { App } from '../app/app.ts';
import type { Attachment } from './attachment.ts';

/**
 * Forgets a file that was never sent.
 * @returns what brings it back into the store
 */
export async function dropFile(app: App, { id }: Attachment): Promise<() => Promise<void>> {
  const file = await app.store.get('files', id);
  if (file?.chat !== '') return async () => {};
  await app.store.remove('files', id);
  return () => app.store.put('files', file);
}
