/** What a conversation is made of. Every row is plain data: it is stored, exported and shown as it stands. */

import type { Extras } from '../api/answer.ts';
import type { Failure } from '../api/failure.ts';
import type { RequestParameters } from '../api/parameters.ts';
import { splitThinking } from '../api/thinking.ts';
import type { Attachment } from '../attachments/attachment.ts';
import type { ChatSetup } from './setup.ts';

/** Who was asked, with what; stamped on each answer so that it stays true after the settings change. */
export interface Stamp extends RequestParameters {
  readonly mode: Mode;
  /** The model named in the request. */
  readonly model: string;
  /** Known once the answer's headers are here. */
  readonly speaker?: Speaker;
}

/** `assistant` is the built-in model `nexcode`; `openai` is any other model. */
export type Mode = 'assistant' | 'openai';

/** Who answered: the knowledge base alone, a model of the server's, or a model paid with the reader's key. */
export type Speaker = 'knowledge' | 'server' | 'own';

/** What an answer took. Times in milliseconds. */
export interface Figures {
  readonly firstTokenMs?: number;
  readonly totalMs: number;
  /** How long it thought. Absent where it did not, or where that is not known. */
  readonly thoughtMs?: number;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** What it cost, in the upstream's own unit, where that was told. */
  readonly cost?: number;
}

/**
 * `writing`: an answer is being received. `done`: whole. `stopped`: by the reader. `interrupted`: the
 * stream ended without its end, or the page went away. `failed`: refused or broken, see `failure`.
 */
export type MessageState = 'writing' | 'done' | 'stopped' | 'interrupted' | 'failed';

/** One message; siblings (same `parent`) are versions of each other, so nothing is ever overwritten. */
export interface Message extends Extras {
  readonly id: string;
  readonly chat: string;
  readonly parent: string | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Pictures and files of a question. */
  readonly attachments?: readonly Attachment[];
  /** Creation time, milliseconds since the epoch; orders versions. */
  readonly at: number;
  readonly state: MessageState;
  readonly reasoning?: string;
  readonly stamp?: Stamp;
  readonly figures?: Figures;
  /** The assistant had no model to ask, and its knowledge holds no answer. */
  readonly declined?: boolean;
  readonly failure?: Failure;
  /** Where the server records the answer while it is being received. */
  readonly stream?: RecordedAnswer;
  /** The finish reason where it tells the reader something: `length` or `content_filter`. */
  readonly finish?: string;
}

/** An answer that the server records, and how long the row's texts were when it began. */
export interface RecordedAnswer {
  readonly id: string;
  readonly text: number;
  readonly reasoning: number;
}

/** The message with reasoning that stands in its text (rows of earlier versions, imported ones) where it belongs. */
export function withThinkingFolded(message: Message): Message {
  if (message.role === 'user' || message.state === 'writing') return message;
  const { thinking, text } = splitThinking(message.text, true);
  return text === message.text
    ? message
    : { ...message, text, reasoning: (message.reasoning ?? '') + thinking };
}

/** Whether a text shows anything that a reader could read: white space and what has no width is nothing. */
export function holdsText({ text }: Message): boolean {
  return /[^\s\p{Cf}\p{Cc}\u115f\u1160\u2800\u3164]/u.test(text.replace(/&nbsp;|<br *\/?>/g, ''));
}

/** Whether an answer shows nothing that a reader could read or open. */
export function isBlank(message: Message): boolean {
  return !message.images && !holdsText(message);
}

/** One conversation. `leaf` is the last message of the branch that is shown. */
export interface Chat extends ChatSetup {
  readonly id: string;
  readonly title: string;
  /** True once the reader named it; until then the first question does. */
  readonly named: boolean;
  readonly pinned: boolean;
  /** Put aside: listed last, folded. Absent in rows of earlier versions. */
  readonly archived?: boolean;
  readonly created: number;
  readonly updated: number;
  readonly leaf: string | null;
}

/** Begins the identifier of a chat that is never stored. */
export const TEMPORARY = 'temporary-';

/** Whether nothing of this chat is stored: it ends with its page. */
export function isTemporary(chat: string | null): boolean {
  return chat?.startsWith(TEMPORARY) === true;
}

/** An identifier for a row. `crypto.randomUUID` is missing on plain http addresses, this is not. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
