/** Takes over what `rescue.ts` wrote. Fetched where there is something. */
import { parse, record } from '../api/json.ts';
import type { Message } from '../chat/types.ts';
import { readStorage, writeStorage } from './browser.ts';
import { type Left, leftNames, PREFIX, type Removal } from './rescue.ts';
import { type Change, keyOf, type Row, type Rows, type Table } from './rows.ts';

/**
 * Moves what pages left behind into the rows that still lack it, each in one transaction: another tab that is receiving
 * an answer, or has received it since, loses nothing, and what was deleted meanwhile stays deleted.
 * @returns the conversations that may have changed
 */
export async function recover(store: Rows): Promise<ReadonlySet<string>> {
  const chats = new Set<string>();
  // By their tables' names: a conversation comes before its messages.
  for (const name of leftNames().sort()) {
    const table = name.slice(PREFIX.length).split('.', 1)[0];
    const { row, at = 0 } = record(parse(readStorage('localStorage', name) ?? '')) as Partial<Left>;
    // This page wrote them itself: the table says what the row is.
    const put = <T extends Table>(into: T, change: Change<Row[T]>) =>
      row ? store.change(into, keyOf(row), change) : undefined;
    if (row && table === 'chats') chats.add(keyOf(row));
    if (table === 'chats') await put('chats', (saved) => (saved ? undefined : (row as Row['chats'])));
    if (table === 'drafts') await recoverDraft(store, row as Row['drafts'] | Removal | undefined, at);
    if (table === 'prompts') {
      const prompt = row as Row['prompts'];
      await put('prompts', (saved) => (saved && saved.updated >= prompt.updated ? undefined : prompt));
    }
    if (table === 'messages') {
      const message = row as Message;
      if (message && (await store.get('chats', message.chat))) {
        chats.add(message.chat);
        await put('messages', (saved) => (saved ? grown(saved, message) : message));
      }
    }
    writeStorage('localStorage', name, null);
  }
  return chats;
}

/**
 * A draft that another tab has written since stays. One of a time that has not come yet is of before the clock was set
 * back.
 */
async function recoverDraft(
  store: Rows,
  left: Row['drafts'] | Removal | undefined,
  at: number,
): Promise<void> {
  if (!left) return;
  const isNewer = (time = 0) => time > at && time <= Date.now();
  if (!('removed' in left)) {
    await store.change('drafts', left.key, (saved) => (isNewer(saved?.at) ? undefined : left));
  } else if (!isNewer((await store.get('drafts', left.key))?.at)) {
    await store.remove('drafts', left.key);
  }
}

/** A row only grows by what was left. An answer that was cut by the page's end is gone on with by whoever can. */
function grown(saved: Message, left: Message): Message | undefined {
  if (saved.state !== 'writing' || !left.text.startsWith(saved.text)) return undefined;
  if (left.state === 'done' || left.state === 'stopped') return left;
  const { failure: _, figures: __, ...row } = left;
  return { ...saved, ...row, state: 'writing' };
}
