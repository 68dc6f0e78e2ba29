/** Reading the files of `archive-form.ts`, and those of other pages. Pure. */
import type { Extras } from '../api/answer.ts';
import { list, number, parse, record, text } from '../api/json.ts';
import { readChoices, readParameters } from '../api/parameters.ts';
import type { Attachment } from '../attachments/attachment.ts';
import type { ChatSetup } from '../chat/setup.ts';
import { type Chat, type Message, type MessageState, type Stamp, TEMPORARY } from '../chat/types.ts';
import type { Prompt } from '../prompts/prompt.ts';
import type { ArchivedFile } from './archive-form.ts';
import { fromChatGpt, looksLikeChatGpt } from './chatgpt.ts';
import { fromForeign } from './foreign.ts';

export interface Rows {
  readonly chats: readonly Chat[];
  readonly messages: readonly Message[];
  readonly prompts?: readonly Prompt[];
  readonly files?: readonly ArchivedFile[];
}

/** Reads an exported file, ours or another page's; null where it is none that is known. */
export function readArchive(file: string): Rows | null {
  const content = parse(file);
  if (looksLikeChatGpt(content)) return fromChatGpt(content);
  const fields = record(content);
  if (fields['format'] !== 'nexcode-conversations') return fromForeign(content);
  const chats = list(fields['chats'])
    .map(readChat)
    .filter((chat) => chat !== null);
  const known = new Set(chats.map(({ id }) => id));
  const messages = list(fields['messages'])
    .map(readMessage)
    .filter((message) => message !== null)
    .filter((message) => known.has(message.chat));
  const prompts = list(fields['prompts'])
    .map(readPrompt)
    .filter((prompt) => prompt !== null);
  const files = list(fields['files'])
    .map((file) => ({ id: text(record(file)['id']), data: text(record(file)['data']) }))
    .filter(({ id, data }) => IDENTIFIER.test(id) && data.startsWith('data:'));
  return {
    chats,
    messages,
    ...(prompts.length > 0 && { prompts }),
    ...(files.length > 0 && { files }),
  };
}

function readPrompt(value: unknown): Prompt | null {
  const fields = record(value);
  const [id, name, words] = [text(fields['id']), text(fields['name']), text(fields['text'])];
  if (!IDENTIFIER.test(id) || !name || !words) return null;
  return { id, name, text: words, updated: number(fields['updated']) ?? 0 };
}

/** Identifiers end up in addresses: anything else than ours is refused. */
const IDENTIFIER = /^[\w-]{1,80}$/;

/** A temporary conversation that is imported is one like any other. */
function chatId(value: unknown): string {
  const id = text(value);
  return id.startsWith(TEMPORARY) ? id.slice(TEMPORARY.length) : id;
}

function readChat(value: unknown): Chat | null {
  const fields = record(value);
  const id = chatId(fields['id']);
  if (!IDENTIFIER.test(id)) return null;
  const created = number(fields['created']) ?? 0;
  return {
    id,
    title: text(fields['title']),
    named: fields['named'] === true,
    pinned: fields['pinned'] === true,
    ...(fields['archived'] === true && { archived: true }),
    created,
    updated: number(fields['updated']) ?? created,
    leaf: text(fields['leaf']) || null,
    ...readSetup(fields),
  };
}

function readSetup(fields: Readonly<Record<string, unknown>>): ChatSetup {
  const { mode, model, role, parameters } = fields;
  return {
    ...((mode === 'assistant' || mode === 'openai') && { mode }),
    ...(typeof model === 'string' && { model }),
    ...(typeof role === 'string' && { role }),
    ...(parameters !== undefined && { parameters: readChoices(parameters) }),
  };
}

const STATES: readonly MessageState[] = ['done', 'stopped', 'interrupted', 'failed'];

function readMessage(value: unknown): Message | null {
  const fields = record(value);
  const id = text(fields['id']);
  const chat = chatId(fields['chat']);
  const role = fields['role'];
  if (!IDENTIFIER.test(id) || !IDENTIFIER.test(chat) || (role !== 'user' && role !== 'assistant'))
    return null;
  const state = STATES.find((known) => known === fields['state']) ?? 'interrupted';
  const stamp = readStamp(fields['stamp']);
  const reasoning = text(fields['reasoning']);
  return {
    id,
    chat,
    parent: text(fields['parent']) || null,
    role,
    text: text(fields['text']),
    at: number(fields['at']) ?? 0,
    // What failed elsewhere can be asked again here; why it failed there no longer helps.
    state: role === 'user' ? 'done' : state === 'failed' ? 'interrupted' : state,
    ...(reasoning && { reasoning }),
    ...(stamp && { stamp }),
    ...readExtras(fields),
    ...readAttachments(fields['attachments']),
  };
}

const KINDS = ['image', 'text', 'pdf'] as const;

function readAttachments(value: unknown): Pick<Message, 'attachments'> {
  const attachments = list(value).flatMap((each): Attachment[] => {
    const fields = record(each);
    const kind = KINDS.find((known) => known === fields['kind']);
    const [id, name, type] = [text(fields['id']), text(fields['name']), text(fields['type'])];
    const [width, height] = [number(fields['width']), number(fields['height'])];
    if (!kind || !IDENTIFIER.test(id) || !name) return [];
    const bytes = number(fields['bytes']) ?? 0;
    return [{ id, kind, name, type, bytes, ...(width && { width }), ...(height && { height }) }];
  });
  return attachments.length > 0 ? { attachments } : {};
}

function readExtras(fields: Readonly<Record<string, unknown>>): Extras {
  const images = list(fields['images']).map(text).filter(Boolean);
  const tools = list(fields['tools']).map((tool) => ({
    name: text(record(tool)['name']),
    arguments: text(record(tool)['arguments']),
  }));
  const sources = list(fields['sources']).map((source) => ({
    url: text(record(source)['url']),
    title: text(record(source)['title']),
  }));
  return {
    ...(images.length > 0 && { images }),
    ...(tools.length > 0 && { tools }),
    ...(sources.length > 0 && { sources }),
  };
}

function readStamp(value: unknown): Stamp | null {
  const fields = record(value);
  const model = text(fields['model']);
  if (!model) return null;
  const speaker = (['knowledge', 'server', 'own'] as const).find((known) => known === fields['speaker']);
  return {
    mode: fields['mode'] === 'assistant' ? 'assistant' : 'openai',
    model,
    ...readParameters(fields),
    ...(speaker && { speaker }),
  };
}
