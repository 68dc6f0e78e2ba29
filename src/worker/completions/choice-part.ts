/** What a choice of an answer says, wherever the upstream puts it. */
import { isRecord } from '../http/json/read.ts';

/**
 * The part of a message that a choice holds: its `delta`, its `message`, or its `text` as content. Some upstreams write
 * one where the others belong, streamed or not. Undefined where the choice says nothing that is understood.
 */
export function partOf(choice: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const { delta, message, text } = choice;
  if (isRecord(delta)) return delta;
  if (isRecord(message)) return message;
  return typeof text === 'string' ? { content: text } : undefined;
}
