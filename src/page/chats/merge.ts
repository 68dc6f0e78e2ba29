/** How a file's rows join those that are here: what is here is never changed, what is new is added. Pure. */
import type { Chat, Message } from '../chat/types.ts';
import type { Rows } from './archive.ts';

export interface Merge {
  /** Conversations that were not here. */
  readonly chats: readonly Chat[];
  /** Conversations that were here and go on in the file, with the leaf that their newer turns end in. */
  readonly continued: readonly { readonly id: string; readonly patch: Partial<Chat> }[];
  /** Rows that were not here; none has the identifier of one that is. */
  readonly messages: readonly Message[];
}

/**
 * Merges a file into what is here. An identifier that is taken by a message of another conversation, or twice in the
 * file, gets another name; the same file taken again gives the same names, and so adds nothing.
 */
export function merge(here: Rows, file: Rows): Merge {
  const chatsHere = new Map(here.chats.map((chat) => [chat.id, chat]));
  const taken = new Map(here.messages.map((message) => [message.id, message]));
  const ofChat = Map.groupBy(file.messages, ({ chat }) => chat);
  const chats: Chat[] = [];
  const continued: { id: string; patch: Partial<Chat> }[] = [];
  const messages: Message[] = [];
  const seen = new Set<string>();
  const tried = new Map<string, number>();
  for (const chat of file.chats) {
    if (seen.has(chat.id)) continue;
    seen.add(chat.id);
    const names = new Map<string, string>();
    const fresh: Message[] = [];
    for (const message of ofChat.get(chat.id) ?? []) {
      const id = nameFor(message, taken, tried);
      if (!names.has(message.id)) names.set(message.id, id);
      if (taken.has(id)) continue;
      const row = { ...message, id };
      taken.set(id, row);
      fresh.push(row);
    }
    const named = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
    const rows = fresh.map((message) => ({ ...message, parent: named(message.parent) }));
    const leaf = named(chat.leaf);
    for (const row of rows) messages.push(row);
    const known = chatsHere.get(chat.id);
    if (!known) chats.push({ ...chat, leaf });
    else if (rows.length > 0)
      continued.push({ id: chat.id, patch: continuation(known, chat, leaf, rows, taken) });
  }
  return { chats, continued, messages };
}

/** The name under which a row is or would be here: its own, unless that is another conversation's or another text's. */
function nameFor(message: Message, taken: ReadonlyMap<string, Message>, tried: Map<string, number>): string {
  const fits = (name: string) => {
    const other = taken.get(name);
    return !other || isSame(other, message);
  };
  if (fits(message.id)) return message.id;
  const base = `${message.chat.slice(0, 36)}-${message.id.slice(0, 36)}`;
  // A file that names everything alike must not take ever longer.
  const from = tried.get(base) ?? 1;
  for (let count = Math.max(1, from - RETRIED); ; count++) {
    const name = count > 1 ? `${base}-${count}` : base;
    if (!fits(name)) continue;
    tried.set(base, count);
    return name;
  }
}

/** How many of the names before the last one are looked at again, for a row that is in the file twice. */
const RETRIED = 100;

/** A row that is here may have grown since the file was written, or the other way round: it stays as it is here. */
function isSame(here: Message, file: Message): boolean {
  return (
    here.chat === file.chat &&
    here.role === file.role &&
    (here.text.startsWith(file.text) || file.text.startsWith(here.text))
  );
}

/** The shown branch moves on only where the file's begins with it. */
function continuation(
  here: Chat,
  file: Chat,
  leaf: string | null,
  rows: readonly Message[],
  taken: ReadonlyMap<string, Message>,
): Partial<Chat> {
  const fresh = new Map(rows.map((message) => [message.id, message]));
  const visited = new Set<string>();
  let at = leaf;
  while (at !== null && at !== here.leaf && !visited.has(at)) {
    visited.add(at);
    at = (fresh.get(at) ?? taken.get(at))?.parent ?? null;
  }
  const goesOn = leaf !== null && here.leaf !== null && at === here.leaf;
  return { updated: Math.max(here.updated, file.updated), ...(goesOn && { leaf }) };
}
