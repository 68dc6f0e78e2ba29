/** A chat request's messages as the assistant reads them. */
import { GatewayError } from '../http/errors.ts';
import { isRecord } from '../http/json/read.ts';

/** A message of any role, as the caller wrote it. */
export type Message = Readonly<Record<string, unknown>>;

/** The messages, checked for what the assistant needs. */
export interface Conversation {
  readonly messages: readonly Message[];
  /** The texts of the user's messages, oldest first; the last is the question. */
  readonly questions: readonly string[];
  /** Whether the question comes with an image, sound or file. */
  readonly hasAttachment: boolean;
}

/** @throws {GatewayError} 400 if a message is no object with a role, or none is the user's. */
export function readConversation(messages: readonly unknown[]): Conversation {
  const read = messages.map((message, at) => {
    if (isRecord(message) && typeof message['role'] === 'string') return message;
    throw new GatewayError({
      status: 400,
      code: 'invalid_type',
      param: `messages[${at}]`,
      message: `Invalid type for 'messages[${at}]': expected an object with a role.`,
    });
  });
  const users = read.filter((message) => message['role'] === 'user');
  const last = users.at(-1);
  if (last === undefined) {
    throw new GatewayError({
      status: 400,
      code: 'invalid_value',
      param: 'messages',
      message: "The assistant answers a question: 'messages' needs at least one message of the role user.",
    });
  }
  return {
    messages: read,
    questions: users.map(textOf),
    hasAttachment: partsOf(last).some((part) => part['type'] !== 'text'),
  };
}

/** The text of a message; of several parts, those that are text, one per line. */
export function textOf(message: Message): string {
  const { content } = message;
  if (typeof content === 'string') return content;
  return partsOf(message)
    .map((part) => part['text'])
    .filter((text) => typeof text === 'string')
    .join('\n');
}

function partsOf({ content }: Message): Record<string, unknown>[] {
  return Array.isArray(content) ? content.filter(isRecord) : [];
}
