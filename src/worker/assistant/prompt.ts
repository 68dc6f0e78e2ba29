/** What a model is sent when it answers in the assistant's name: the rules, the conversation, the sections as material. */

import { type Conversation, type Message, textOf } from './conversation.ts';
import { sectionName } from './knowledge/citation.ts';
import { excerpt } from './knowledge/excerpt.ts';
import type { KnowledgeIndex, Section } from './knowledge/knowledge-index.ts';
import type { Retrieval } from './knowledge/retrieve.ts';
import type { Words } from './knowledge/words.ts';

/** The newest messages of a conversation that are sent, in characters; the last question is sent whatever its length. */
export const CONVERSATION_LIMIT = 24_000;
const MOST_REFERENCES = 5;
/** A section is worth a model's while if it knows this share of what was asked. */
const LEAST_COVERAGE = 0.15;
const REFERENCE_LENGTH = 3_000;

/** The sections to send along, best first; [1] is the first. */
export function referencesFor(index: KnowledgeIndex, found: Retrieval): Section[] {
  const hits = found.inScope ? found.hits.slice(0, MOST_REFERENCES) : found.possible;
  return hits
    .filter(({ coverage }) => coverage >= LEAST_COVERAGE)
    .map(({ section }) => index.section(section));
}

/**
 * The messages for the model. Its rules stand alone in the first system message: what others wrote, the sections and
 * the conversation, never gets into it. The sections stand in the user's last message, so that roles keep alternating
 * for the models that insist on it. Every message keeps the role that its sender gave it.
 */
export function promptMessages(
  { messages }: Conversation,
  found: Retrieval,
  references: readonly Section[],
  words: Words,
): Message[] {
  const kept = newestMessages(messages);
  const last = kept.findLastIndex(isUser);
  return [
    { role: 'system', content: words.system },
    ...kept.map((message, at) =>
      at === last && references.length > 0 ? withReferences(message, found, references, words) : message,
    ),
  ];
}

/**
 * The caller's own system messages, and the newest of the others within the limit, beginning with a user's message so
 * that no tool's result is left without its call.
 */
function newestMessages(messages: readonly Message[]): Message[] {
  const standing = messages.filter(isStanding);
  const spoken = messages.filter((message) => !isStanding(message));
  let room = CONVERSATION_LIMIT - standing.reduce((sum, message) => sum + lengthOf(message), 0);
  let first = spoken.findLastIndex(isUser);
  for (let at = spoken.length - 1; at >= 0; at--) {
    room -= lengthOf(spoken[at] ?? {});
    if (room < 0) break;
    if (isUser(spoken[at] ?? {})) first = Math.min(first, at);
  }
  return [...standing, ...spoken.slice(first)];
}

function withReferences(
  message: Message,
  found: Retrieval,
  references: readonly Section[],
  words: Words,
): Message {
  const quoted = references.map((section, at) => {
    const { text } = excerpt(section.body, found.speaksOf, REFERENCE_LENGTH);
    return `<reference number="${at + 1}">\n${guarded(sectionName(section))}\n\n${guarded(text)}\n</reference>`;
  });
  const block = `${words.references}\n\n[1]-[${references.length}]\n${quoted.join('\n')}\n\n${words.question}\n`;
  const { content } = message;
  if (Array.isArray(content)) return { ...message, content: [{ type: 'text', text: block }, ...content] };
  return { ...message, content: `${block}${textOf(message)}` };
}

/** A section cannot pretend that it has ended. */
function guarded(text: string): string {
  return text.replace(/<(?=\/?reference)/gi, '&lt;');
}

function isStanding({ role }: Message): boolean {
  return role === 'system' || role === 'developer';
}

function isUser({ role }: Message): boolean {
  return role === 'user';
}

function lengthOf(message: Message): number {
  return textOf(message).length + JSON.stringify(message['tool_calls'] ?? '').length;
}
