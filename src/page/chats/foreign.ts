/** Exports of other chat pages: NextChat, Open WebUI and LibreChat. Pure. */
import { list, number, record, text } from '../api/json.ts';
import { titleFrom } from '../chat/title.ts';
import type { Chat, Message } from '../chat/types.ts';
import type { Rows } from './archive.ts';

/** A message as it is found, before it has a place. */
interface Said {
  readonly name: string;
  readonly parent: string | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly at: number;
  readonly model: string;
}

interface Conversation {
  readonly name: string;
  readonly title: string;
  readonly at: number;
  readonly said: readonly Said[];
  readonly leaf: string | null;
}

/** The rows of such an export; null where it is none. */
export function fromForeign(content: unknown): Rows | null {
  const found = nextChat(content) ?? openWebUi(content) ?? libreChat(content);
  if (!found) return null;
  const rows = found.filter(({ said }) => said.length > 0).map(rowsOf);
  return { chats: rows.map(({ chat }) => chat), messages: rows.flatMap(({ messages }) => messages) };
}

/** `{ "chat-next-web-store": { sessions: [{ id, topic, messages: [{ id, role, content, date }] }] } }` */
function nextChat(content: unknown): readonly Conversation[] | null {
  const fields = record(content);
  const sessions = list(record(fields['chat-next-web-store'])['sessions'] ?? fields['sessions']);
  if (sessions.length === 0) return null;
  return sessions.map((session, index) => {
    const { id, topic, lastUpdate, messages } = record(session);
    const at = time(lastUpdate);
    return {
      name: `nextchat-${text(id) || index}`,
      title: text(topic),
      at,
      said: inLine(list(messages), at),
      leaf: null,
    };
  });
}

/** Messages of a conversation that has no branches, one below the other. */
function inLine(messages: readonly unknown[], at: number): readonly Said[] {
  const said: Said[] = [];
  messages.forEach((message, index) => {
    const fields = record(message);
    const words = wordsOf(fields['content']) || text(fields['text']);
    const role = roleOf(fields);
    if (!role || !words) return;
    said.push({
      name: text(fields['id']) || text(fields['messageId']) || `${index}`,
      parent: said.at(-1)?.name ?? null,
      role,
      text: words,
      at: time(fields['date'] ?? fields['createdAt']) || at + index,
      model: text(fields['model']),
    });
  });
  return said;
}

/** `[{ id, title, chat: { history: { messages: { [id]: { parentId, role, content } }, currentId } } }]` */
function openWebUi(content: unknown): readonly Conversation[] | null {
  const items = (Array.isArray(content) ? content : [content]).map(record);
  const isOne = (item: Readonly<Record<string, unknown>>) =>
    typeof record(record(record(item['chat'])['history'])['messages']) === 'object' &&
    item['chat'] !== undefined;
  if (!items.some(isOne)) return null;
  return items.filter(isOne).map((item, index) => {
    const chat = record(item['chat']);
    const history = record(chat['history']);
    const at = time(item['updated_at'] ?? item['created_at']);
    const said = Object.entries(record(history['messages'])).flatMap(([name, message]): Said[] => {
      const fields = record(message);
      const role = roleOf(fields);
      if (!role) return [];
      return [
        {
          name,
          parent: text(fields['parentId']) || null,
          role,
          text: wordsOf(fields['content']),
          at: time(fields['timestamp']) || at,
          model: text(fields['model']),
        },
      ];
    });
    return {
      name: `openwebui-${text(item['id']) || index}`,
      title: text(item['title']) || text(chat['title']),
      at,
      said: said.length > 0 ? said : inLine(list(chat['messages']), at),
      leaf: text(history['currentId']) || null,
    };
  });
}

/** `{ conversationId, title, messages: [{ messageId, parentMessageId, text, isCreatedByUser, children }] }` */
function libreChat(content: unknown): readonly Conversation[] | null {
  const items = (Array.isArray(content) ? content : [content]).map(record);
  if (!items.some((item) => text(item['conversationId']) && Array.isArray(item['messages']))) return null;
  return items.map((item) => {
    const said: Said[] = [];
    // Exported as a tree, or as a list: children wait their turn, so that no depth is too deep.
    const waiting = [...list(item['messages'])];
    for (const message of waiting) {
      const fields = record(message);
      for (const child of list(fields['children'])) waiting.push(child);
      const role = roleOf(fields);
      if (!role) continue;
      said.push({
        name: text(fields['messageId']),
        parent: text(fields['parentMessageId']) || null,
        role,
        text: text(fields['text']) || wordsOf(fields['content']),
        at: time(fields['createdAt']),
        model: text(fields['model']),
      });
    }
    return {
      name: `librechat-${text(item['conversationId'])}`,
      title: text(item['title']),
      at: said.reduce((latest, each) => Math.max(latest, each.at), 0),
      said,
      leaf: said.at(-1)?.name ?? null,
    };
  });
}

function roleOf(fields: Readonly<Record<string, unknown>>): 'user' | 'assistant' | null {
  const role = text(fields['role']) || text(fields['sender']).toLowerCase();
  if (role === 'user' || fields['isCreatedByUser'] === true) return 'user';
  return role === 'assistant' || fields['isCreatedByUser'] === false ? 'assistant' : null;
}

/** Words as a text, or as parts. */
function wordsOf(content: unknown): string {
  if (!Array.isArray(content)) return text(content);
  return content
    .map((part) => text(part) || text(record(part)['text']) || text(record(record(part)['text'])['value']))
    .filter((words) => words !== '')
    .join('\n');
}

/** Seconds or milliseconds since the epoch, or a date in words; 0 where it is none. */
function time(value: unknown): number {
  const given = number(value);
  if (given !== undefined) return Math.round(given < 1e11 ? given * 1000 : given);
  const parsed = Date.parse(text(value));
  return Number.isNaN(parsed) ? 0 : parsed;
}

function rowsOf({ name, title, at, said, leaf }: Conversation): { chat: Chat; messages: readonly Message[] } {
  const id = identifier(name);
  const known = new Set(said.map((each) => each.name));
  const own = (each: string | null) =>
    each !== null && known.has(each) ? identifier(`${name}-${each}`) : null;
  const messages = said.map(
    (each): Message => ({
      id: identifier(`${name}-${each.name}`),
      chat: id,
      parent: own(each.parent),
      role: each.role,
      text: each.text,
      at: each.at,
      state: 'done',
      ...(each.role === 'assistant' &&
        each.model && { stamp: { mode: 'openai' as const, model: each.model } }),
    }),
  );
  const first = said.find(({ role }) => role === 'user')?.text ?? said[0]?.text ?? '';
  return {
    chat: {
      id,
      title: title || titleFrom(first),
      named: title !== '',
      pinned: false,
      created: said.reduce((first, each) => Math.min(first, each.at), at),
      updated: at,
      leaf: own(leaf) ?? messages.at(-1)?.id ?? null,
    },
    messages,
  };
}

/** The same file taken twice gives the same names. Long ones keep their end, where they differ. */
function identifier(name: string): string {
  const plain = name.replace(/[^\w-]/g, '_');
  return plain.length <= 80 ? plain : `${plain.slice(0, 30)}${plain.slice(-50)}`;
}
