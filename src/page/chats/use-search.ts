/** Searching the conversations, by title and by everything said in them. */
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../app/app.ts';
import { useApp } from '../app/app-context.ts';
import type { Hit } from './search.ts';

/** Waits for the typing to pause before all messages are searched. */
const SEARCH_PAUSE_MS = 150;

/** The chats in which the words were found, and where; null where nothing is sought. */
export function useSearch(words: string): ReadonlyMap<string, Hit> | null {
  const app = useApp();
  const [found, setFound] = useState<ReadonlyMap<string, Hit> | null>(null);
  useEffect(() => {
    if (!words) {
      setFound(null);
      return;
    }
    let current = true;
    const timer = setTimeout(async () => {
      const hits = await find(app, words);
      if (current) setFound(hits);
    }, SEARCH_PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [words]);
  return found;
}

async function find(app: App, words: string): Promise<ReadonlyMap<string, Hit>> {
  const [{ search }, messages] = await Promise.all([import('./search.ts'), app.store.all('messages')]);
  return search(words, app.state.get().chats, messages);
}
