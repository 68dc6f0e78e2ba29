/** "Clear everything on this device": conversations, drafts, settings, key, session, caches. */
import { type App, keepKey } from '../app/app.ts';
import { signOut } from '../login/sign-in.ts';

export async function clearDevice(app: App): Promise<void> {
  for (const live of app.live.values()) live.stop();
  app.state.set({ chats: [] });
  keepKey(app, { value: null, place: 'memory' });
  await app.store.clear();
  await Promise.allSettled([signOut(), forgetCaches()]);
  for (const area of ['localStorage', 'sessionStorage'] as const) {
    try {
      window[area].clear();
    } catch {
      // Storage that is forbidden holds nothing.
    }
  }
  app.tabs.tell({ type: 'cleared' });
  reload();
}

async function forgetCaches(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
  const workers = await navigator.serviceWorker.getRegistrations();
  await Promise.all(workers.map((worker) => worker.unregister()));
}

/** A fresh page: nothing of before is left in memory either. */
export function reload(): void {
  history.replaceState(null, '', '/');
  location.reload();
}
