/** Searching the conversations, by title and by everything said in them. */
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';

/** Waits for the typing to pause before all messages are searched. */
const SEARCH_PAUSE_MS = 150;

/** The chats whose title or text contains the words; null where nothing is sought. */
export function useSearch(words: string): ReadonlySet<string> | null {
  const app = useApp();
  const [found, setFound] = useState<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (!words) {
      setFound(null);
      return;
    }
    let current = true;
    const timer = setTimeout(async () => {
      const messages = await app.store.search(words);
      const wanted = words.toLocaleLowerCase();
      const titled = app.state.get().chats.filter((chat) => chat.title.toLocaleLowerCase().includes(wanted));
      if (current) setFound(new Set([...titled.map(({ id }) => id), ...messages.map(({ chat }) => chat)]));
    }, SEARCH_PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [words]);
  return found;
}
