/**
 * The last words of an answer when its page goes away: the database may not finish a write then, localStorage does.
 * The next start takes them over.
 */
import { parse, record, text } from '../api/json.ts';
import type { Message } from '../chat/types.ts';
import { readStorage, writeStorage } from './browser.ts';
import type { Rows } from './rows.ts';

const PREFIX = 'nexcode.leaving.';

/** Writes synchronously. Where there is no room, what was saved last remains. */
export function saveOnExit(row: Message): void {
  writeStorage('localStorage', PREFIX + row.id, JSON.stringify(row));
}

/** The page is going away: the database may refuse what it is told now, and what is written here stays. */
let leaving = false;

export function watchLeaving(): void {
  addEventListener('pagehide', () => {
    leaving = true;
  });
  addEventListener('pageshow', () => {
    leaving = false;
  });
}

/** The answer is saved: nothing has to be taken over. */
export function forgetSavedOnExit(id: string): void {
  if (!leaving) writeStorage('localStorage', PREFIX + id, null);
}

/**
 * Moves what was left behind into the rows that still lack it. A row only grows by that, in one transaction: another tab
 * that is receiving the answer, or has received it since, loses nothing.
 */
export async function recover(store: Rows): Promise<void> {
  for (const key of leftKeys()) {
    const left = parse(readStorage('localStorage', key) ?? '');
    const words = text(record(left)['text']);
    const reasoning = text(record(left)['reasoning']);
    await store.changeMessage(key.slice(PREFIX.length), (row) => {
      if (row.state !== 'writing' || !words.startsWith(row.text)) return undefined;
      const { stream } = left as Message;
      return { ...row, text: words, ...(reasoning && { reasoning }), ...(stream && { stream }) };
    });
    writeStorage('localStorage', key, null);
  }
}

function leftKeys(): readonly string[] {
  try {
    return Object.keys(window.localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}
