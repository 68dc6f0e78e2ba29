/** What the page has stored in its browser. It is written behind what is shown. */
import type { Page } from 'playwright-core';

type StoredRow = Readonly<Record<string, unknown>>;

/** All rows of a store. */
export function storedRows(page: Page, store: 'chats' | 'messages' | 'drafts'): Promise<StoredRow[]> {
  return page.evaluate(
    (store) =>
      new Promise<StoredRow[]>((resolve, reject) => {
        const open = indexedDB.open('nexcode');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const all = open.result.transaction(store).objectStore(store).getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            open.result.close();
            resolve(all.result);
          };
        };
      }),
    store,
  );
}
