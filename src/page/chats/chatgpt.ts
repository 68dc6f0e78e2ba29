/**
 * ChatGPT's export (`conversations.json`): a list of conversations, each a `mapping` of nodes with `parent`, and the
 * `current_node` that was shown. Only what people said and were told is taken; tool calls and hidden nodes are passed
 * over, their children moving up. Pure.
 */
import { list, number, parse, record, text } from '../api/json.ts';
import { titleFrom } from '../chat/title.ts';
import type { Chat, Message } from '../chat/types.ts';
import type { Rows } from './archive.ts';

export function looksLikeChatGpt(content: unknown): content is readonly unknown[] {
  return Array.isArray(content) && content.some((item) => typeof record(item)['mapping'] === 'object');
}

export function fromChatGpt(content: readonly unknown[]): Rows {
  const chats: Chat[] = [];
  const messages: Message[] = [];
  content.forEach((item, index) => {
    const taken = conversation(record(item), index);
    if (!taken) return;
    chats.push(taken.chat);
    for (const message of taken.messages) messages.push(message);
  });
  return { chats, messages };
}

type Fields = Readonly<Record<string, unknown>>;

function conversation(fields: Fields, index: number): { chat: Chat; messages: readonly Message[] } | null {
  const created = milliseconds(fields['create_time']);
  const given = text(fields['conversation_id']) || text(fields['id']) || `${created}-${index}`;
  const id = identifier(given);
  const mapping = record(fields['mapping']);
  const taken = new Map<string, Message>();
  for (const [name, node] of Object.entries(mapping)) {
    const message = messageOf(record(record(node)['message']), id, name, created);
    if (message) taken.set(name, message);
  }
  const nearest = nearestOf(mapping, taken);
  const messages = [...taken].map(
    ([name, message]): Message => ({ ...message, parent: nearest(text(record(mapping[name])['parent'])) }),
  );
  const first = messages.find(({ role }) => role === 'user');
  if (!first) return null;
  const title = text(fields['title']);
  return {
    chat: {
      id,
      title: title || titleFrom(first.text),
      named: title !== '',
      pinned: false,
      created,
      updated: milliseconds(fields['update_time']) || created,
      leaf: nearest(text(fields['current_node'])),
    },
    messages,
  };
}

/** Finds the node itself or the nearest above it that holds something said, as our identifier. */
function nearestOf(mapping: Fields, taken: ReadonlyMap<string, Message>): (name: string) => string | null {
  const known = new Map<string, string | null>();
  return (name) => {
    const passed = new Set<string>();
    let found: string | null = null;
    for (let at = name; at && !passed.has(at); at = text(record(mapping[at])['parent'])) {
      found = taken.get(at)?.id ?? known.get(at) ?? null;
      if (found !== null || known.has(at)) break;
      passed.add(at);
    }
    // What was passed over is not walked again, however long the way is.
    for (const each of passed) known.set(each, found);
    return found;
  };
}

function messageOf(fields: Fields, chat: string, name: string, created: number): Message | null {
  const role = record(fields['author'])['role'];
  const content = record(fields['content']);
  const words = list(content['parts'])
    .map((part) => text(part) || text(record(part)['text']))
    .join('\n')
    .replace(MARKS, named)
    .trim();
  const hidden = record(fields['metadata'])['is_visually_hidden_from_conversation'] === true;
  if ((role !== 'user' && role !== 'assistant') || !words || hidden) return null;
  const model = text(record(fields['metadata'])['model_slug']);
  return {
    id: identifier(name),
    chat,
    parent: null,
    role,
    text: words,
    at: milliseconds(fields['create_time']) || created,
    state: 'done',
    ...(role === 'assistant' && model && { stamp: { mode: 'openai' as const, model } }),
  };
}

/**
 * What stands for a citation or an entity: `\ue200cite\ue202turn0search1\ue201`, `\ue200entity\ue202["company","OpenAI"]\ue201`,
 * and the older `【4:0†source】`. Its key means nothing outside ChatGPT.
 */
const MARKS = /\ue200([^\ue201]*)\ue201|【\d+(?::\d+)?†[^】]*】|[\ue200-\ue206]/g;

/** The name of an entity is a word of the text; all else of a mark goes. */
function named(_mark: string, inside: string | undefined): string {
  const [kind = '', data = ''] = (inside ?? '').split('\ue202');
  return kind === 'entity' ? text(list(parse(data))[1]) : '';
}

/** Theirs are seconds with fractions. */
function milliseconds(value: unknown): number {
  return Math.round((number(value) ?? 0) * 1000);
}

/** The same file taken twice gives the same rows. */
function identifier(name: string): string {
  return `gpt-${name.replace(/[^\w-]/g, '_').slice(0, 70)}`;
}
