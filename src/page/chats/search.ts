/** Finding conversations by the words in them: which, and where in them. Pure. */

import { fold, placesOf, plainWords, termsOf } from '../chat/search-text.ts';
import { type Chat, type Message, withThinkingFolded } from '../chat/types.ts';

/** Where the words were found. */
export interface Hit {
  /** The message that holds most of them; null where the title alone does. */
  readonly message: string | null;
  readonly snippet: Snippet | null;
}

/** A piece of the message's words around the first that was found. */
export interface Snippet {
  readonly before: string;
  readonly found: string;
  readonly after: string;
}

/** The conversations in which every word of the query stands, in the title or in any version of any message. */
export function search(
  query: string,
  chats: readonly Chat[],
  messages: readonly Message[],
): ReadonlyMap<string, Hit> {
  const terms = termsOf(query);
  const hits = new Map<string, Hit>();
  if (terms.length === 0) return hits;
  const ofChat = Map.groupBy(messages, ({ chat }) => chat);
  for (const chat of chats) {
    const title = fold(chat.title);
    const left = new Set(terms.filter((term) => !title.includes(term)));
    let best: { message: Message; words: string; count: number } | undefined;
    for (const message of ofChat.get(chat.id) ?? []) {
      const words = plainWords(withThinkingFolded(message).text);
      const folded = fold(words);
      const found = terms.filter((term) => folded.includes(term));
      for (const term of found) left.delete(term);
      // Of those that hold as many, the youngest.
      const better =
        !best || found.length > best.count || (found.length === best.count && message.at > best.message.at);
      if (found.length > 0 && better) best = { message, words, count: found.length };
    }
    if (left.size > 0) continue;
    hits.set(chat.id, {
      message: best?.message.id ?? null,
      snippet: best ? snippetOf(best.words, terms) : null,
    });
  }
  return hits;
}

const BEFORE = 12;
const AFTER = 60;

/** Cut between characters as the reader sees them. */
function snippetOf(words: string, terms: readonly string[]): Snippet | null {
  const line = words.replace(/\s+/g, ' ');
  const first = placesOf(line, terms)[0];
  if (!first) return null;
  const graphemes = (text: string) =>
    Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const before = graphemes(line.slice(0, first.start));
  const after = graphemes(line.slice(first.end));
  return {
    before: (before.length > BEFORE ? '…' : '') + before.slice(-BEFORE).join(''),
    found: line.slice(first.start, first.end),
    after: after.slice(0, AFTER).join(''),
  };
}
