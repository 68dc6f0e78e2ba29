/** One legacy text completion out of a stream of its chunks, for a client that did not ask for a stream. */

import { DONE_EVENT, eventText } from '../http/events.ts';
import { isRecord } from '../http/json/read.ts';
import { type Aggregated, aggregateStream, indexOf, type Json, joined } from './aggregate.ts';
import { partOf } from './choice-part.ts';

/**
 * Puts a whole event stream of text completion chunks together.
 * @param asked how many choices were asked for: fewer are a cut answer, unless the upstream said `[DONE]`.
 */
export function aggregateText(eventStream: string, asked: number): Aggregated {
  return aggregateStream(eventStream, asked, { object: 'text_completion', addChoice });
}

function addChoice(choices: Map<number, Json>, chunk: Json): void {
  const index = indexOf(chunk);
  const { delta: _, message: __, ...rest } = chunk;
  const sofar = choices.get(index) ?? { text: '', index, logprobs: null, finish_reason: null };
  choices.set(index, {
    ...sofar,
    ...rest,
    index,
    text: joined(sofar['text'], chunk['text'] ?? partOf(chunk)?.['content']),
    logprobs: isRecord(chunk['logprobs']) ? joined(sofar['logprobs'], chunk['logprobs']) : sofar['logprobs'],
    finish_reason: chunk['finish_reason'] || sofar['finish_reason'],
  });
}

/**
 * The events of a completion, `[DONE]` included: one with each choice, which has the same form streamed or not, and the
 * usage where it was asked for (https://platform.openai.com/docs/api-reference/completions).
 * @returns undefined for a JSON value that is no completion, or has a choice without text.
 */
export function expandText(completion: unknown, includeUsage: boolean): string | undefined {
  if (!isRecord(completion) || !Array.isArray(completion['choices'])) return undefined;
  const { choices, usage, ...head } = completion;
  const nullUsage = includeUsage ? { usage: null } : {};
  const listed = choices.filter(isRecord);
  if (listed.length === 0 || listed.some((choice) => partOf(choice) === undefined)) return undefined;
  const events: unknown[] = listed.map(({ message, delta, text, ...choice }, position) => ({
    ...head,
    choices: [
      {
        ...choice,
        text: text ?? partOf({ message, delta })?.['content'] ?? '',
        index: choice['index'] ?? position,
      },
    ],
    ...nullUsage,
  }));
  if (includeUsage && isRecord(usage)) events.push({ ...head, choices: [], usage });
  return `${events.map((event) => eventText(JSON.stringify(event))).join('')}${DONE_EVENT}`;
}
