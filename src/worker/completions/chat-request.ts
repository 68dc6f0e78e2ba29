/** What the gateway must know of a chat request's body. Everything else passes unseen. */
import * as z from 'zod/mini';
import { isRecord } from '../http/json/read.ts';

/**
 * Only what the gateway acts on is checked; null counts as absent, as it does for OpenAI. The upstream gets the body's
 * own bytes, so nothing that is missing here is lost.
 */
export const chatRequestSchema = z.object({
  model: z.nullish(z.string()),
  messages: z.array(z.unknown()),
  stream: z.nullish(z.boolean()),
  stream_options: z.optional(z.unknown()),
  n: z.optional(z.unknown()),
  max_tokens: z.optional(z.unknown()),
  max_completion_tokens: z.optional(z.unknown()),
  temperature: z.optional(z.unknown()),
  store: z.optional(z.unknown()),
});

/** A chat request as far as the gateway looks into it. */
export type ChatRequest = z.output<typeof chatRequestSchema>;

/** Whether a stream's usage event was asked for (`stream_options.include_usage`). */
export function wantsUsage(request: Pick<ChatRequest, 'stream_options'>): boolean {
  return isRecord(request.stream_options) && request.stream_options['include_usage'] === true;
}

/** How many choices a request asks for; one, where `n` says nothing that the gateway understands. */
export function choicesOf({ n }: Pick<ChatRequest, 'n'>): number {
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 1 ? n : 1;
}
