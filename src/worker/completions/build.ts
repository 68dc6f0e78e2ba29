/** A quotation as a chat completion, whole or streamed, in OpenAI's form. */
import { DONE_EVENT, eventText } from '../http/events.ts';
import type { TokenUsage } from './usage.ts';

/** What a completion is made of. */
export interface CompletionParts {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly fingerprint: string;
  readonly text: string;
  readonly usage: TokenUsage;
  /** The text shows sections that may answer, and claims nothing. */
  readonly nearest: boolean;
}

/** @see https://platform.openai.com/docs/api-reference/chat/object */
export function completionOf({ id, created, model, fingerprint, text, usage, nearest }: CompletionParts) {
  return {
    ...ownMember(nearest),
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
    system_fingerprint: fingerprint,
  };
}

/**
 * The events of the same completion, `[DONE]` included: one per line of the text.
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function completionEvents(parts: CompletionParts, includeUsage: boolean): string {
  const { id, created, model, fingerprint, text, usage, nearest } = parts;
  const event = (choices: readonly object[], counted: TokenUsage | null = null) => {
    const head = {
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      system_fingerprint: fingerprint,
      ...ownMember(nearest),
    };
    return eventText(JSON.stringify({ ...head, choices, ...(includeUsage ? { usage: counted } : {}) }));
  };
  const delta = (change: object, finish: 'stop' | null = null) =>
    event([{ index: 0, delta: change, logprobs: null, finish_reason: finish }]);
  return [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...text.split(/(?<=\n)/).map((content) => delta({ content })),
    delta({}, 'stop'),
    ...(includeUsage ? [event([], usage)] : []),
    DONE_EVENT,
  ].join('');
}

/** What the gateway adds to OpenAI's form; clients let unknown members pass. */
function ownMember(nearest: boolean) {
  return nearest ? { nexcode: { nearest } } : {};
}
