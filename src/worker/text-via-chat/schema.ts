/** What the gateway must know of a legacy completion request: little where it passes, more where it is translated. */
import * as z from 'zod/mini';
import { chatRequestSchema } from '../completions/chat-request.ts';

/** What every legacy request is checked for; the upstream that gets it judges the rest. */
export const completionRequestSchema = z.extend(z.omit(chatRequestSchema, { messages: true }), {
  prompt: z.optional(z.unknown()),
});

/** A legacy request as far as the gateway looks into every one. */
export type CompletionRequest = z.output<typeof completionRequestSchema>;

/**
 * The fields that the translation acts on; all others pass verbatim. Types only: what a chat model cannot honour is
 * refused with its reason in `planCompletion`. Null counts as absent, as it does for OpenAI.
 * @see https://platform.openai.com/docs/api-reference/completions/create
 */
export const legacyRequestSchema = z.object({
  model: z.nullish(z.string()),
  prompt: z.optional(z.unknown()),
  best_of: z.nullish(z.int()),
  echo: z.nullish(z.boolean()),
  logprobs: z.nullish(z.int()),
  max_tokens: z.nullish(z.int()),
  max_completion_tokens: z.optional(z.unknown()),
  n: z.nullish(z.int()),
  reasoning_effort: z.optional(z.unknown()),
  stream: z.nullish(z.boolean()),
  stream_options: z.nullish(z.object({ include_usage: z.nullish(z.boolean()) })),
  suffix: z.nullish(z.string()),
  temperature: z.optional(z.unknown()),
});

/** A legacy request as far as the translation looks into it. */
export type LegacyRequest = z.output<typeof legacyRequestSchema>;
