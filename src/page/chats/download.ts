/** Handing files to the reader. Nothing leaves the device. */
import type { App } from '../app/app.ts';
import { fileName, saveFile } from '../app/save-file.ts';
import { dataUrl } from '../attachments/data-url.ts';
import { branch } from '../chat/tree.ts';
import { type Chat, isTemporary, type Message } from '../chat/types.ts';
import type { Translate } from '../i18n/translate.ts';
import { type ArchivedFile, archive, archiveParts } from './archive-form.ts';

/** All that is stored; temporary conversations are not. */
export async function downloadAll(app: App): Promise<void> {
  const [allChats, allMessages, prompts] = await Promise.all([
    app.store.all('chats'),
    app.store.all('messages'),
    app.store.all('prompts'),
  ]);
  const chats = allChats.filter(({ id }) => !isTemporary(id));
  const messages = allMessages.filter(({ chat }) => !isTemporary(chat));
  const all = archive(chats, messages, prompts, await filesOf(app, messages));
  save(`nexcode-${today()}.json`, 'application/json', archiveParts(all));
}

export async function downloadChat(app: App, chat: Chat, format: 'markdown' | 'json'): Promise<void> {
  const messages = await app.store.ofChat(chat.id);
  const name = fileName(chat.title);
  if (format === 'json') {
    const all = archive([chat], messages, [], await filesOf(app, messages));
    save(`${name}.json`, 'application/json', archiveParts(all));
    return;
  }
  const path = branch(
    new Map(messages.map((message): [string, Message] => [message.id, message])),
    chat.leaf,
  );
  save(`${name}.md`, 'text/markdown', [asMarkdown(chat.title, path, app.state.get().t)]);
}

/** The bytes of the messages' files. A row that is gone is left out. */
async function filesOf(app: App, messages: readonly Message[]): Promise<readonly ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  for (const { id, type } of messages.flatMap(({ attachments = [] }) => attachments)) {
    const row = await app.store.get('files', id);
    if (row) files.push({ id, data: await dataUrl(row.blob, type) });
  }
  return files;
}

function save(name: string, type: string, content: readonly string[]): void {
  saveFile(name, new Blob([...content], { type: `${type};charset=utf-8` }));
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** One conversation as a Markdown file. Pure. @param path the shown branch, first to last. */
export function asMarkdown(title: string, path: readonly Message[], t: Translate): string {
  const parts = [`# ${title.replace(/\s+/g, ' ')}`];
  for (const message of path) {
    const asked = message.role === 'user';
    const who = asked ? t('you') : message.stamp?.mode === 'openai' ? message.stamp.model : t('assistant');
    parts.push(`## ${who}`, asked ? quoted(message.text) : message.text);
    if (message.state === 'interrupted' || message.state === 'stopped') parts.push(`_${t(message.state)}_`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Quoted, so that a question's own `#` does not become a heading. */
function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
