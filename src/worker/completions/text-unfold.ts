/** A stream out of one legacy text completion, for a client that asked for a stream. */
import { isRecord } from '../http/json/read.ts';

/**
 * The events of a completion, `[DONE]` included: one with each choice, which has the same form streamed or not, and the
 * usage where it was asked for (https://platform.openai.com/docs/api-reference/completions).
 * @returns undefined for a JSON value that is no completion.
 */
export function unfoldText(completion: unknown, includeUsage: boolean): string | undefined {
  if (!isRecord(completion) || !Array.isArray(completion['choices'])) return undefined;
  const { choices, usage, ...head } = completion;
  const nullUsage = includeUsage ? { usage: null } : {};
  const events: unknown[] = choices.filter(isRecord).map((choice, position) => ({
    ...head,
    choices: [{ ...choice, index: choice['index'] ?? position }],
    ...nullUsage,
  }));
  if (includeUsage && isRecord(usage)) events.push({ ...head, choices: [], usage });
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
}
