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

/**
 * Keeps these stores busy from within the page: whatever it reads or writes there waits. Lets go when the returned function
 * is called, or the page goes away.
 */
export async function holdStores(page: Page, ...stores: string[]): Promise<() => Promise<void>> {
  const held = await page.evaluateHandle(
    (stores) =>
      new Promise<{ isHeld: boolean }>((resolve) => {
        const state = { isHeld: true };
        const open = indexedDB.open('nexcode');
        open.onsuccess = () => {
          const store = open.result.transaction(stores, 'readwrite').objectStore(stores[0] ?? '');
          const stay = () => {
            if (state.isHeld) store.get('nothing').onsuccess = stay;
            else open.result.close();
          };
          stay();
          resolve(state);
        };
      }),
    stores,
  );
  return () =>
    held.evaluate((state) => {
      state.isHeld = false;
    });
}
